// SPDX-License-Identifier: Apache-2.0
import { arg, defineState, stateFn } from '@halite/loader'
import { installed } from './pkg/installed.ts'
import { latest } from './pkg/latest.ts'
import { removed } from './pkg/removed.ts'
import { uptodate } from './pkg/uptodate.ts'

const version = arg.string('The version of a single package.').optional()
const pkgs = arg
  .any('Several packages in place of the name: a list of names, and of maps from a name to its version.')
  .default(undefined)
const refresh = arg.boolean('Look for new packages first.').default(false)
const kwargs = arg.keywords('Handed on to the function of ``pkg`` that does it.')

/** `pkg`: packages. */
export default defineState({
  name: 'pkg',
  doc: 'Packages that are installed, removed or up to date.',
  needs: { platform: 'win32' },
  functions: {
    installed: stateFn({
      doc: 'Have packages installed, in the version that is asked for; a single one without a version in the newest.',
      args: {
        version,
        refresh,
        pkgs,
        allow_updates: arg.boolean('A newer version than the one that is asked for does too.').default(false),
        reinstall: arg.boolean('Install what is installed once more.').default(false),
        kwargs,
      },
      run: installed,
    }),
    latest: stateFn({
      doc: 'Have the newest version of packages installed.',
      args: { refresh, pkgs, kwargs },
      run: latest,
    }),
    removed: stateFn({
      doc: 'Have packages removed; a version that is given alone.',
      args: { version, pkgs, kwargs },
      run: (ctx, args) => removed(ctx, { ...args, action: 'remove' }),
    }),
    purged: stateFn({
      doc: 'Have packages removed with their configuration.',
      args: { version, pkgs, kwargs },
      run: (ctx, args) => removed(ctx, { ...args, action: 'purge' }),
    }),
    uptodate: stateFn({
      doc: 'Have the newest version of all that is installed.',
      args: { refresh, kwargs },
      run: uptodate,
    }),
  },
})
