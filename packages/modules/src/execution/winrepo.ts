// SPDX-License-Identifier: Apache-2.0

import { arg, defineModule, fn } from '@halite/loader'
import { clean } from './winrepo/arguments.ts'
import { checkOutRemotes } from './winrepo/check-out.ts'
import { compileDirectory } from './winrepo/compile-directory.ts'
import { showDefinition } from './winrepo/show-definition.ts'

/** `winrepo`: the repository of a Windows machine without a master. */
export default defineModule({
  name: 'winrepo',
  doc: 'Definitions of packages on a Windows machine without a master: fetches them from git, compiles and shows them.',
  needs: { platform: 'win32' },
  functions: {
    genrepo: fn({
      doc: 'Compile the definitions below ``winrepo_dir`` into its ``winrepo_cachefile``, and return them. ``pkg.refresh_db`` does not need that.',
      examples: ['salt-call winrepo.genrepo'],
      run: async (ctx) => (await compileDirectory(ctx, () => undefined)).data,
    }),
    update_git_repos: fn({
      doc: 'Fetch the remotes of ``winrepo_remotes`` and ``winrepo_remotes_ng`` and check them out; return remote → directory.',
      examples: ['salt-call winrepo.update_git_repos', 'salt-call winrepo.update_git_repos clean=True'],
      args: { clean },
      run: (ctx, { clean }) => checkOutRemotes(ctx, clean),
    }),
    show_sls: fn({
      doc: 'Render a definition file and return its data.',
      examples: [
        "salt '*' winrepo.show_sls gvim",
        "salt '*' winrepo.show_sls test.npp",
        "salt '*' winrepo.show_sls 'C:\\test\\gvim.sls'",
      ],
      args: {
        name: arg.string(
          'Path of the file, or its name below the definitions that were fetched, with dots between directories.',
        ),
        saltenv: arg.string('The environment that definitions come from.').optional(),
      },
      run: (ctx, { name, saltenv }) => showDefinition(ctx, name, saltenv),
    }),
  },
})
