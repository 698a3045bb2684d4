// SPDX-License-Identifier: Apache-2.0
import { arg, fn } from '@halite/loader'
import { changeRepository, removeRepository } from '../sources/change.ts'
import { getRepository, listRepositories } from '../sources/repositories.ts'

const repo = arg.string('The repository: a whole line of a sources file.')

/** Functions of `pkg` for the repositories that apt reads. */
export const repositories = {
  list_repos: fn({
    doc: 'Return the repositories in ``sources.list`` and the files beside it: address → repositories.',
    examples: ["salt '*' pkg.list_repos"],
    args: { kwargs: arg.keywords('Not looked at.') },
    run: listRepositories,
  }),
  get_repo: fn({
    doc: 'Return what the machine has of a repository, empty for none.',
    examples: ["salt '*' pkg.get_repo 'deb http://deb.debian.org/debian bookworm main'"],
    args: { repo, kwargs: arg.keywords('Not looked at.') },
    run: (ctx, args) => getRepository(ctx, args.repo),
  }),
  mod_repo: fn({
    doc: 'Add a repository, or change the one that is there; then look for new packages.',
    examples: [
      "salt '*' pkg.mod_repo 'deb http://deb.debian.org/debian bookworm main' comps=main,contrib",
      "salt '*' pkg.mod_repo 'deb http://example.com/apt ./' file=/etc/apt/sources.list.d/example.list",
    ],
    args: {
      repo,
      saltenv: arg.string('The environment that keys come from.').default('base'),
      aptkey: arg.boolean('Not looked at: keys are named by ``signed-by``.').default(true),
      kwargs: arg.keywords(
        '``comps``, ``architectures``, ``disabled`` or ``enabled``, ``comments``, ``file`` for a new one, ``refresh``.',
      ),
    },
    run: changeRepository,
  }),
  del_repo: fn({
    doc: 'Remove a repository, or some of its components; then look for new packages. A file that is left empty is removed.',
    examples: ["salt '*' pkg.del_repo 'deb http://example.com/apt ./'"],
    args: { repo, kwargs: arg.keywords('Not looked at.') },
    run: (ctx, args) => removeRepository(ctx, args.repo),
  }),
}
