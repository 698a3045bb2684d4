// SPDX-License-Identifier: Apache-2.0
import { arg, defineState, stateFn } from '@halite/loader'
import { aggregated } from './pkg/aggregate.ts'
import { downloaded } from './pkg/downloaded.ts'
import { held, unheld } from './pkg/holds.ts'
import { installed } from './pkg/installed.ts'
import { latest } from './pkg/latest.ts'
import { unchanged } from './pkg/packages.ts'
import { removed } from './pkg/removed.ts'
import { uptodate } from './pkg/uptodate.ts'
import { watched } from './pkg/watched.ts'

const version = arg
  .string('The version of a single package: one, a pattern of it, or a condition such as ``>=1.2``.')
  .optional()
const pkgs = arg
  .any('Several packages in place of the name: a list of names, and of maps from a name to its version.')
  .default(undefined)
const refresh = arg
  .boolean('Look for new packages first; default once in a run where the system keeps a list of them.')
  .optional()
const fromrepo = arg.string('The release or repository to install from.').optional()
const skipVerify = arg.boolean('Install what nobody signed, too.').default(false)
const normalize = arg.boolean('Leave out an architecture that is the machine’s own.').default(true)
const ignoreEpoch = arg
  .boolean('Compare versions without their epoch; default for a version that names none.')
  .optional()
const kwargs = arg.keywords('Handed on to the function of ``pkg`` that does it.')

const patchArguments = {
  advisory_ids: arg.any('Not looked at.').optional(),
  downloadonly: arg.any('Not looked at.').optional(),
  kwargs: arg.keywords('Not looked at.'),
}

/** `pkg`: packages. */
export default defineState({
  name: 'pkg',
  doc: 'Packages that are installed, removed, held or up to date.',
  aggregate: (_ctx, call) => aggregated(call),
  functions: {
    installed: stateFn({
      doc: 'Have packages installed, in the version that is asked for.',
      args: {
        version,
        refresh,
        fromrepo,
        skip_verify: skipVerify,
        skip_suggestions: arg.boolean('Not looked at: nothing is suggested.').default(false),
        pkgs,
        sources: arg
          .any('Packages from files: a list of maps from a name to the path or URL of its file.')
          .default(undefined),
        allow_updates: arg.boolean('A newer version than the one that is asked for does too.').default(false),
        pkg_verify: arg.any('Not supported: no provider verifies packages.').default(undefined),
        normalize,
        ignore_epoch: ignoreEpoch,
        reinstall: arg.boolean('Install what is installed once more.').default(false),
        update_holds: arg.boolean('Install packages that are held.').default(false),
        hold: arg.boolean('Have them held afterwards, or with ``False`` held no more.').optional(),
        kwargs,
      },
      run: installed,
    }),
    downloaded: stateFn({
      doc: 'Have the files of packages fetched and kept.',
      args: { version, pkgs, fromrepo, ignore_epoch: ignoreEpoch, kwargs },
      run: downloaded,
    }),
    latest: stateFn({
      doc: 'Have the newest version of packages installed.',
      args: {
        refresh,
        fromrepo,
        skip_verify: skipVerify,
        pkgs,
        watch_flags: arg.boolean('Not looked at: no provider here has flags of packages.').default(true),
        kwargs,
      },
      run: latest,
    }),
    removed: stateFn({
      doc: 'Have packages removed; a version that is given alone.',
      args: { version, pkgs, normalize, ignore_epoch: ignoreEpoch, kwargs },
      run: (ctx, args) => removed(ctx, { ...args, action: 'remove' }),
    }),
    purged: stateFn({
      doc: 'Have packages removed with their configuration.',
      args: { version, pkgs, normalize, ignore_epoch: ignoreEpoch, kwargs },
      run: (ctx, args) => removed(ctx, { ...args, action: 'purge' }),
    }),
    uptodate: stateFn({
      doc: 'Have the newest version of all that is installed, or of what ``pkgs`` lists.',
      args: {
        refresh: arg.boolean('Look for new packages first.').default(false),
        pkgs: arg.any('Upgrade these alone: a list of names.').default(undefined),
        kwargs,
      },
      run: uptodate,
    }),
    held: stateFn({
      doc: 'Have packages held: they are not upgraded.',
      args: {
        version,
        pkgs,
        replace: arg.boolean('Hold no other package.').default(false),
        kwargs: arg.keywords('Not looked at.'),
      },
      run: held,
    }),
    unheld: stateFn({
      doc: 'Have packages held no more.',
      args: {
        version,
        pkgs,
        all: arg.boolean('Hold no package at all.').default(false),
        kwargs: arg.keywords('Not looked at.'),
      },
      run: unheld,
    }),
    group_installed: stateFn({
      doc: 'Fails: no provider here has groups of packages.',
      args: {
        skip: arg.any('Not looked at.').optional(),
        include: arg.any('Not looked at.').optional(),
        kwargs: arg.keywords('Not looked at.'),
      },
      run: () => unchanged(false, 'pkg.group_install not available for this platform'),
    }),
    patch_installed: stateFn({
      doc: 'Fails: no provider here has patches.',
      args: patchArguments,
      run: () => unchanged(false, 'The pkg.patch_installed state is not available on this platform'),
    }),
    patch_downloaded: stateFn({
      doc: 'Fails: no provider here has patches.',
      args: patchArguments,
      run: () => unchanged(false, 'The pkg.patch_downloaded state is not available on this platform'),
    }),
    mod_watch: stateFn({
      doc: 'Called when a state that one of these watches changed: does what was asked for.',
      args: {
        sfun: arg.string('The function that was asked for.').optional(),
        kwargs: arg.keywords('The arguments of the state.'),
      },
      run: watched,
    }),
  },
})
