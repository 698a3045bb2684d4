// SPDX-License-Identifier: Apache-2.0
import { arg, fn } from '@halite/loader'
import { changeRepository, removeRepository } from '../sources/change.ts'
import { addRepositoryKey, removeRepositoryKey, repositoryKeys } from '../sources/keys.ts'
import { getRepository, listRepositories } from '../sources/repositories.ts'

const repo = arg.string('The repository: a whole line of a sources file.')
const place = {
  aptkey: arg
    .boolean(
      'The keys that every repository may be signed with; else those that repositories name by ``signed-by``.',
    )
    .default(true),
  keydir: arg.string('The directory of the latter, ``/etc/apt/keyrings`` by default.').optional(),
}

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
      aptkey: arg.boolean('Whether a repository without ``signed-by`` may have a key.').default(true),
      kwargs: arg.keywords(
        '``comps``, ``architectures``, ``disabled`` or ``enabled``, ``comments``, ``file`` for a new one, ``refresh``; the key: ``key_url``, ``key_text``, or ``keyid`` with ``keyserver``.',
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
  get_repo_keys: fn({
    doc: 'Return the keys that apt trusts: key id → facts; ``False`` where there is no directory of keys.',
    examples: ["salt '*' pkg.get_repo_keys", "salt '*' pkg.get_repo_keys aptkey=False"],
    args: place,
    run: repositoryKeys,
  }),
  add_repo_key: fn({
    doc: 'Add a key that apt trusts, as a file in a directory of keys; return whether it is there.',
    examples: [
      "salt '*' pkg.add_repo_key salt://apt/example.key aptkey=False",
      "salt '*' pkg.add_repo_key keyserver=keyserver.ubuntu.com keyid=0123ABCD keyfile=example.gpg",
    ],
    args: {
      path: arg.string('The key: a path or URL.').optional(),
      text: arg.string('The key itself, in ASCII armour.').optional(),
      keyserver: arg.string('The server to get it from.').optional(),
      keyid: arg.string('Its id or fingerprint.').optional(),
      saltenv: arg.string('The environment of the path.').default('base'),
      ...place,
      keyfile: arg
        .string('The name of the file to write; by default that of the path, or the id.')
        .optional(),
    },
    run: addRepositoryKey,
  }),
  del_repo_key: fn({
    doc: 'Remove the file of a key that apt trusts; return the key id, or ``False`` when no file has this key.',
    examples: ["salt '*' pkg.del_repo_key keyid=0123ABCD"],
    args: {
      name: arg.string('Not looked at.').optional(),
      ...place,
      keyid: arg.string('The id or fingerprint of the key.').optional(),
    },
    run: (ctx, { keyid, ...args }) => removeRepositoryKey(ctx, args, keyid),
  }),
}
