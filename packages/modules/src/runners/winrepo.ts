// SPDX-License-Identifier: Apache-2.0

import { SaltError } from '@halite/core'
import { arg, defineModule, type ExecContext, type MasterContext, masterFn } from '@halite/loader'
import { clean } from '../execution/winrepo/arguments.ts'
import { checkOutRemotes } from '../execution/winrepo/check-out.ts'
import { compileDirectory } from '../execution/winrepo/compile-directory.ts'

/** `winrepo`: the Windows Software Repository of the master. */
export default defineModule({
  name: 'winrepo',
  doc: 'The Windows Software Repository of the master: fetches definitions of packages from git, and compiles them for minions that cannot do that themselves.',
  functions: {
    genrepo: masterFn({
      doc: 'Compile the definitions below ``winrepo_dir`` into its ``winrepo_cachefile``, and return them. Minions compile theirs with ``pkg.refresh_db`` and need no such file. A file that cannot be used is left out, and reported as progress.',
      examples: ['salt-run winrepo.genrepo'],
      args: {
        fire_event: arg.boolean('Report files that cannot be used as events.').default(true),
      },
      run: async (ctx, { fire_event: firesEvents }) => {
        const report = (error: string) => (firesEvents ? ctx.progress({ error }) : undefined)
        return (await compileDirectory(localOf(ctx), report)).data
      },
    }),
    update_git_repos: masterFn({
      doc: 'Fetch the remotes of ``winrepo_remotes`` and ``winrepo_remotes_ng`` and check them out; return remote → directory. Fetches nothing when two would be checked out to one directory.',
      examples: ['salt-run winrepo.update_git_repos', 'salt-run winrepo.update_git_repos clean=True'],
      args: { clean },
      run: (ctx, { clean }) => checkOutRemotes(ctx, clean),
    }),
  },
})

function localOf({ local }: MasterContext): ExecContext {
  if (local !== undefined) return local
  throw new SaltError(
    'COMMAND_FAILED',
    'definitions are compiled by a runner, and not on the loop of the master',
  )
}
