// SPDX-License-Identifier: Apache-2.0
import { isTruthy, SaltError } from '@halite/core'
import { arg, fn } from '@halite/loader'
import { cwd, git_opts, https, networkTail, opts, remote, url } from './arguments.ts'
import { type HttpsAuth, remoteOf } from './login.ts'
import { pathOf, Repository, remoteRefs } from './repository.ts'
import { type GitCall, runGit } from './run-git.ts'
import { listWords, nameWord, optionWords } from './words.ts'

/** Functions of repositories elsewhere. */
export const remoteFunctions = {
  clone: fn({
    doc: 'Run ``git clone``. Returns True. A user and password are not kept in the clone.',
    examples: ["salt '*' git.clone /path/to/repo_parent_dir https://github.com/saltstack/salt.git"],
    args: {
      cwd: arg.string('Where it is cloned to.'),
      url: url.optional(),
      name: arg.string('The directory below ``cwd``.').optional(),
      opts,
      git_opts,
      user: networkTail.user,
      password: networkTail.password,
      identity: networkTail.identity,
      ...https,
      ignore_retcode: networkTail.ignore_retcode,
      saltenv: networkTail.saltenv,
      output_encoding: networkTail.output_encoding,
    },
    run: async (ctx, args) => {
      if (!args.url) throw new SaltError('ARGUMENTS_INVALID', "Missing 'url' argument")
      const from = remoteOf(args.url, args)
      const path = await pathOf(ctx, args.cwd, args.user)
      const words = [...optionWords(args.git_opts), 'clone', ...optionWords(args.opts), '--', from.url]
      if (args.name !== undefined) await ctx.fs.makeDirectory(path, { parents: true })
      const place = args.name === undefined ? path : args.name
      const login = from.login && { url: from.url, as: from.login }
      const cwdOf = args.name === undefined ? '/tmp' : path
      await runGit(ctx, [...words, place], { ...args, cwd: cwdOf, login })
      return true
    },
  }),
  fetch: fn({
    doc: 'Run ``git fetch``. Returns the branches and tags that are new or changed.',
    examples: ["salt '*' git.fetch /path/to/repo upstream"],
    args: {
      cwd,
      remote: remote.optional(),
      force: arg.boolean('Whether branches are changed that cannot be fast-forwarded.').default(false),
      refspecs: arg.any('Refspecs: a list, or a text separated by commas.').default(null),
      opts,
      git_opts,
      ...networkTail,
      ...https,
    },
    run: async (ctx, args) => {
      const repository = await Repository.at(ctx, args.cwd, args)
      const words = optionWords(args.opts).filter((word) => word !== '-f' && word !== '--force')
      const call = { identity: args.identity, login: await loginOf(repository, args.remote, args) }
      return repository.fetch(
        [
          ...(args.force ? ['--force'] : []),
          ...words,
          ...(args.remote ? [remoteWord(args.remote)] : []),
          ...listWords(args.refspecs).map((word) => nameWord(word, 'refspec')),
        ],
        { ...call, before: optionWords(args.git_opts) },
      )
    },
  }),
  pull: fn({
    doc: 'Run ``git pull``. Returns what it prints.',
    examples: ["salt '*' git.pull /path/to/repo opts='--rebase origin master'"],
    args: { cwd, opts, git_opts, ...networkTail, ...https },
    run: async (ctx, args) => {
      const repository = await Repository.at(ctx, args.cwd, args)
      return repository.text([...optionWords(args.git_opts), 'pull', ...optionWords(args.opts)], {
        identity: args.identity,
        login: await loginOf(repository, undefined, args),
      })
    },
  }),
  push: fn({
    doc: 'Run ``git push``. Returns what it prints.',
    examples: ["salt '*' git.push /path/to/repo origin master"],
    args: {
      cwd,
      remote: remote.optional(),
      ref: arg.string('What is pushed: a branch, or a refspec.').optional(),
      opts,
      git_opts,
      ...networkTail,
      ...https,
    },
    run: async (ctx, args) => {
      const repository = await Repository.at(ctx, args.cwd, args)
      const named = [
        ...(args.remote === undefined ? [] : [remoteWord(args.remote)]),
        ...(args.ref === undefined ? [] : [nameWord(args.ref, 'ref')]),
      ]
      const words = [...optionWords(args.git_opts), 'push', ...optionWords(args.opts), ...named]
      const login = await loginOf(repository, args.remote, args)
      return repository.text(words, { identity: args.identity, login })
    },
  }),
  ls_remote: fn({
    doc: 'Return the refs of a remote, and what each stands for.',
    examples: [
      "salt '*' git.ls_remote /path/to/repo origin master",
      "salt '*' git.ls_remote remote=https://mydomain.tld/repo.git ref=mytag",
    ],
    args: {
      cwd: arg.string('A working copy that knows the remote.').optional(),
      remote: arg.string('A remote of the working copy, or a URL.').default('origin'),
      ref: arg.string('The ref that is asked for; default all.').optional(),
      opts,
      git_opts,
      user: networkTail.user,
      password: networkTail.password,
      identity: networkTail.identity,
      ...https,
      ignore_retcode: networkTail.ignore_retcode,
      output_encoding: networkTail.output_encoding,
      saltenv: networkTail.saltenv,
    },
    run: async (ctx, args) => {
      const repository = args.cwd === undefined ? undefined : await Repository.at(ctx, args.cwd, args)
      const known = repository && (await repository.remotes())[args.remote]
      const from = remoteOf(known?.fetch ?? args.remote, args)
      return remoteRefs(
        ctx,
        known === undefined ? from : { ...from, url: from.login ? from.url : args.remote },
        {
          ...args,
          cwd: repository?.path,
          words: optionWords(args.opts),
          filter: args.ref,
        },
      )
    },
  }),
  remote_refs: fn({
    doc: 'Return the refs of a repository elsewhere, and what each stands for.',
    examples: ["salt '*' git.remote_refs https://github.com/saltstack/salt.git filter=develop"],
    args: {
      url,
      heads: arg.boolean('Whether only branches are returned.').default(false),
      tags: arg.boolean('Whether only tags are returned.').default(false),
      user: networkTail.user,
      password: networkTail.password,
      identity: networkTail.identity,
      ...https,
      ignore_retcode: networkTail.ignore_retcode,
      output_encoding: networkTail.output_encoding,
      saltenv: networkTail.saltenv,
      filter: arg.string('Pattern of the refs that are asked for.').optional(),
    },
    run: (ctx, args) =>
      remoteRefs(ctx, remoteOf(args.url, args), {
        ...args,
        words: [...(args.heads ? ['--heads'] : []), ...(args.tags ? ['--tags'] : [])],
        filter: args.filter,
      }),
  }),
  submodule: fn({
    doc: 'Run ``git submodule``. Returns what it prints.',
    examples: ["salt '*' git.submodule /path/to/repo/sub/repo update opts='--init --recursive'"],
    args: {
      cwd,
      command: arg.string('``add``, ``init``, ``update``, ``status`` …'),
      opts,
      git_opts,
      ...networkTail,
      init: arg.any('Kept for old calls, which are told what to write.').default(null),
    },
    run: async (ctx, args) => {
      if (isTruthy(args.init))
        throw new SaltError(
          'ARGUMENTS_INVALID',
          "The 'init' argument is no longer supported. Either set 'command' to 'init', or include '--init' in the 'opts' argument and set 'command' to 'update'.",
        )
      const repository = await Repository.at(ctx, args.cwd, args)
      const words = [...optionWords(args.git_opts), 'submodule', args.command, ...optionWords(args.opts)]
      return repository.text(words, { identity: args.identity })
    },
  }),
}

/** The name of a remote, or a URL that runs no program. */
function remoteWord(given: string): string {
  remoteOf(given)
  return given
}

/** User and password for the host of a remote, where they are given. */
async function loginOf(
  repository: Repository,
  name: string | undefined,
  auth: HttpsAuth,
): Promise<GitCall['login']> {
  if (auth.https_user === undefined) return undefined
  const stored = (await repository.remotes())[name ?? 'origin']?.fetch ?? name ?? ''
  const { url: to, login } = remoteOf(stored, auth)
  return login && { url: to, as: login }
}
