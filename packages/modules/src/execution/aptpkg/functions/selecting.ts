// SPDX-License-Identifier: Apache-2.0
import { mapOf } from '@halite/core'
import { arg, fn } from '@halite/loader'
import { holdPackages } from '../hold.ts'
import { changeSelections, readSelections } from '../selections.ts'

const held = {
  name: arg.string('The package.').optional(),
  pkgs: arg.any('Several packages: a list of names.').default(undefined),
  sources: arg.any('Several packages, named as ``sources`` of ``pkg.install``.').default(undefined),
  kwargs: arg.keywords('Not looked at.'),
}

/** Functions of `pkg` for what dpkg is asked to do with packages. */
export const selecting = {
  hold: fn({
    doc: 'Hold packages: they are not upgraded. Return for each what came of it.',
    examples: ["salt '*' pkg.hold vim", `salt '*' pkg.hold pkgs='["vim", "git"]'`],
    args: held,
    run: (ctx, args) => holdPackages(ctx, { ...args, isHeld: true }),
  }),
  unhold: fn({
    doc: 'Hold packages no more. Return for each what came of it.',
    examples: ["salt '*' pkg.unhold vim", `salt '*' pkg.unhold pkgs='["vim", "git"]'`],
    args: held,
    run: (ctx, args) => holdPackages(ctx, { ...args, isHeld: false }),
  }),
  get_selections: fn({
    doc: 'Return what dpkg was asked to do with packages: ``install``, ``hold``, ``deinstall`` or ``purge`` → names.',
    examples: ["salt '*' pkg.get_selections", "salt '*' pkg.get_selections 'openssh*' state=hold"],
    args: {
      pattern: arg.string('A shell pattern of names; default all.').optional(),
      state: arg.string('Return this one alone.').optional(),
    },
    run: async (ctx, { pattern, state }) => {
      const found = await readSelections(ctx, pattern)
      return state === undefined ? mapOf([...found]) : { [state]: found.get(state) ?? [] }
    },
  }),
  set_selections: fn({
    doc: 'Ask dpkg to install, hold, deinstall or purge packages; return the old and new state of what changed.',
    examples: [
      `salt '*' pkg.set_selections selection='{"hold": ["openssh-server"]}'`,
      "salt '*' pkg.set_selections salt://selections",
    ],
    args: {
      path: arg.string('A file as ``dpkg --get-selections`` prints it: a path or URL.').optional(),
      selection: arg.any('A map from a state to names, or the same in YAML.').default(undefined),
      clear: arg.boolean('Have all other packages deinstalled.').default(false),
      saltenv: arg.string('The environment that the file comes from.').default('base'),
    },
    run: changeSelections,
  }),
}
