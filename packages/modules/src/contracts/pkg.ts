// SPDX-License-Identifier: Apache-2.0
import { arg, signature } from '@halite/loader'

const names = arg.rest('Names of packages.', arg.string('A name.'))
const refresh = arg.boolean('Look for new packages first.')
const name = arg.string('The package, or several with commas between.').optional()
const pkgs = arg
  .any('Several packages: a list of names, and of maps from a name to its version.')
  .default(undefined)
const kwargs = arg.keywords('``refresh``, ``saltenv`` and what else the system knows.')

/** The packages of a system: what every provider of `pkg` has. */
export const pkg = {
  list_pkgs: signature()({
    doc: 'Return what is installed: name → version, several versions with commas between.',
    examples: ["salt '*' pkg.list_pkgs", "salt '*' pkg.list_pkgs versions_as_list=True"],
    args: { versions_as_list: arg.boolean('Return versions as lists.').default(false), kwargs },
  }),
  version: signature()({
    doc: 'Return the installed version of a package, empty when it is not installed; of several packages, name → version.',
    examples: ["salt '*' pkg.version vim", "salt '*' pkg.version vim git"],
    args: { names, kwargs },
  }),
  latest_version: signature()({
    doc: 'Return the version that an installation or upgrade would bring, or an empty text when no newer version is available; for several packages, name → version.',
    examples: ["salt '*' pkg.latest_version vim", "salt '*' pkg.latest_version vim git"],
    args: { names, kwargs },
  }),
  available_version: signature()({
    doc: 'Return which versions can be installed.',
    examples: ["salt '*' pkg.available_version vim"],
    args: { names, kwargs },
  }),
  upgrade_available: signature<boolean>()({
    doc: 'Return whether there is a newer version of a package.',
    examples: ["salt '*' pkg.upgrade_available vim"],
    args: { name: arg.string('The package.'), kwargs },
  }),
  list_upgrades: signature()({
    doc: 'Return the installed packages of which there is a newer version: name → that version.',
    examples: ["salt '*' pkg.list_upgrades"],
    args: { refresh: refresh.default(true), kwargs },
  }),
  list_repo_pkgs: signature()({
    doc: 'Return what can be installed: name → versions, the newest first.',
    examples: ["salt '*' pkg.list_repo_pkgs", "salt '*' pkg.list_repo_pkgs 'vim*'"],
    args: {
      args: arg.rest('Shell patterns of names, or ``name=version``; default all.', arg.string('A pattern.')),
      kwargs,
    },
  }),
  refresh_db: signature()({
    doc: 'Look for new packages.',
    examples: ["salt '*' pkg.refresh_db"],
    args: { kwargs },
  }),
  install: signature()({
    doc: 'Install packages; return what changed: name → old and new version.',
    examples: [
      "salt '*' pkg.install vim",
      "salt '*' pkg.install vim version=9.1",
      `salt '*' pkg.install pkgs='["vim", {"git": "2.47.0"}]'`,
    ],
    args: {
      name,
      refresh: refresh.default(false),
      pkgs,
      version: arg.string('The version of a single package; default the newest.').optional(),
      kwargs,
    },
  }),
  remove: signature()({
    doc: 'Remove packages; return what changed: name → old and new version.',
    examples: ["salt '*' pkg.remove vim", `salt '*' pkg.remove pkgs='["vim", "git"]'`],
    args: { name, pkgs, kwargs },
  }),
  purge: signature()({
    doc: 'Remove packages with their configuration; return what changed: name → old and new version.',
    examples: ["salt '*' pkg.purge vim", `salt '*' pkg.purge pkgs='["vim", "git"]'`],
    args: { name, pkgs, kwargs },
  }),
  upgrade: signature()({
    doc: 'Upgrade everything of which there is a newer version; return what changed: name → old and new version.',
    examples: ["salt '*' pkg.upgrade"],
    args: { refresh: refresh.default(true), kwargs },
  }),
  normalize_name: signature<string>()({
    doc: 'Return the name by which the system knows a package.',
    examples: ["salt '*' pkg.normalize_name vim"],
    args: { name: arg.string('The package.') },
  }),
}
