// SPDX-License-Identifier: Apache-2.0
import { basename } from 'node:path'
import { pythonStr, SaltError } from '@halite/core'
import { arg, type ExecContext, fn } from '@halite/loader'
import { cwd, git_opts, opts, tail } from './arguments.ts'
import { lines, pathOf, Repository } from './repository.ts'
import { runGit } from './run-git.ts'
import { nameWord, optionWords } from './words.ts'

/** Functions of repositories as such, and of their worktrees. */
export const worktreeFunctions = {
  init: fn({
    doc: 'Make an empty repository. Returns what git prints.',
    examples: ["salt '*' git.init /path/to/repo", "salt '*' git.init /path/to/bare/repo.git bare=True"],
    args: {
      cwd: arg.string('Where it is made.'),
      bare: arg.boolean('Whether it is one without a working copy.').default(false),
      template: arg.string('The directory whose files it begins with.').optional(),
      separate_git_dir: arg.string('Where the repository lies, when not in the working copy.').optional(),
      shared: arg.any('Who may write to it: ``group``, ``all``, octal digits …').default(null),
      opts,
      git_opts,
      ...tail,
    },
    run: (ctx, args) => initRepository(ctx, args),
  }),
  is_worktree: fn({
    doc: 'Return whether a directory is a worktree of another repository.',
    examples: ["salt '*' git.is_worktree /path/to/repo"],
    args: { cwd, user: tail.user, password: tail.password, output_encoding: tail.output_encoding },
    run: async (ctx, args) => (await Repository.at(ctx, args.cwd, args)).isWorktree(),
  }),
  list_branches: fn({
    doc: 'Return the branches of a repository.',
    examples: [
      "salt '*' git.list_branches /path/to/repo",
      "salt '*' git.list_branches /path/to/repo remote=True",
    ],
    args: { cwd, remote: arg.boolean('Those of its remotes.').default(false), ...tail },
    run: async (ctx, args) =>
      (await Repository.at(ctx, args.cwd, args)).names(args.remote ? 'remotes' : 'heads'),
  }),
  list_tags: fn({
    doc: 'Return the tags of a repository.',
    examples: ["salt '*' git.list_tags /path/to/repo"],
    args: { cwd, ...tail },
    run: async (ctx, args) => (await Repository.at(ctx, args.cwd, args)).names('tags'),
  }),
  list_worktrees: fn({
    doc: 'Return the worktrees of a repository: what each has checked out, and whether it is gone.',
    examples: [
      "salt '*' git.list_worktrees /path/to/repo",
      "salt '*' git.list_worktrees /path/to/repo all=True",
    ],
    args: {
      cwd,
      stale: arg.boolean('Those that are gone.').default(false),
      user: tail.user,
      password: tail.password,
      output_encoding: tail.output_encoding,
      all: arg.boolean('Those that are gone, too.').default(false),
    },
    run: async (ctx, args) => {
      if (args.all && args.stale)
        throw new SaltError('COMMAND_FAILED', "'all' and 'stale' cannot both be set to True")
      return listWorktrees(ctx, await Repository.at(ctx, args.cwd, args), args)
    },
  }),
  worktree_add: fn({
    doc: 'Make a worktree. Returns what git prints.',
    examples: ["salt '*' git.worktree_add /path/to/repo/main ../hotfix ref=origin/master"],
    args: {
      cwd,
      worktree_path: arg.string('Where it is made.'),
      ref: arg.string('What is checked out.').optional(),
      reset_branch: arg.any('Whether a branch that is there is set to it.').default(null),
      force: arg.any('Whether a branch is checked out that another worktree has.').default(null),
      detach: arg.boolean('Whether no branch is checked out.').default(false),
      opts,
      git_opts,
      ...tail,
      branch: arg.string('The branch that is made; default the name of the worktree.').optional(),
    },
    run: async (ctx, args) => {
      if (args.branch !== undefined && args.detach)
        throw new SaltError('ARGUMENTS_INVALID', "Only one of 'branch' and 'detach' is allowed")
      const name = nameWord(args.branch ?? basename(args.worktree_path), 'branch')
      const how = args.detach
        ? ['--detach']
        : [args.reset_branch ? '-B' : '-b', name, ...(args.force ? ['--force'] : [])]
      const words = [
        ...optionWords(args.git_opts),
        'worktree',
        'add',
        ...how,
        ...optionWords(args.opts),
        nameWord(args.worktree_path, 'path'),
        ...(args.ref === undefined ? [] : [nameWord(args.ref, 'revision')]),
      ]
      return (await Repository.at(ctx, args.cwd, args)).text(words, { redirect: true })
    },
  }),
  worktree_prune: fn({
    doc: 'Forget worktrees that are gone. Returns what git prints.',
    examples: ["salt '*' git.worktree_prune /path/to/repo dry_run=True"],
    args: {
      cwd,
      dry_run: arg.boolean('Say what would be done.').default(false),
      verbose: arg.boolean('Say what is done.').default(true),
      expire: arg.string('Forget those that are gone for so long.').optional(),
      opts,
      git_opts,
      ...tail,
    },
    run: async (ctx, args) => {
      const words = [
        ...(args.dry_run ? ['--dry-run'] : []),
        ...(args.verbose ? ['--verbose'] : []),
        ...(args.expire === undefined ? [] : ['--expire', args.expire]),
        ...optionWords(args.opts),
      ]
      const repository = await Repository.at(ctx, args.cwd, args)
      const all = [...optionWords(args.git_opts), 'worktree', 'prune', ...words]
      const { stdout, stderr } = await repository.run(all)
      return stderr === '' ? stdout : stderr
    },
  }),
  worktree_rm: fn({
    doc: 'Remove a worktree with all its files. Returns True.',
    examples: ["salt '*' git.worktree_rm /path/to/worktree"],
    args: { cwd, user: tail.user, output_encoding: tail.output_encoding },
    run: async (ctx, args) => {
      const repository = await Repository.at(ctx, args.cwd, args)
      const { path } = repository
      if (!(await ctx.fs.exists(path))) throw new SaltError('COMMAND_FAILED', `${path} does not exist`)
      if (!(await repository.isWorktree()))
        throw new SaltError('COMMAND_FAILED', `${path} is not a git worktree`)
      await ctx.fs.remove(path, { recursive: true })
      return true
    },
  }),
  version: fn({
    doc: 'Return the version of git; with ``versioninfo`` as a list.',
    examples: ["salt '*' git.version"],
    args: { versioninfo: arg.boolean('Whether as a list.').default(false) },
    run: async (ctx, { versioninfo }) => {
      const { stdout } = await runGit(ctx, ['--version'], {})
      const text = /(\d[\d.]*)/.exec(stdout.replace(/\.windows.*/, ''))?.[1]?.replace(/\.$/, '') ?? 'unknown'
      return versioninfo ? text.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part)) : text
    },
  }),
}

/** What a repository is made with. */
export interface InitArguments {
  readonly cwd: string
  readonly bare: boolean
  readonly template: string | undefined
  readonly separate_git_dir: string | undefined
  readonly shared: unknown
  readonly opts?: unknown
  readonly git_opts?: unknown
  readonly user: string | undefined
  readonly password: string | undefined
  readonly ignore_retcode?: boolean
  readonly output_encoding: string | undefined
}

/** Makes an empty repository. */
export async function initRepository(ctx: ExecContext, args: InitArguments): Promise<string> {
  const { shared } = args
  const who = typeof shared === 'number' ? `0${shared}` : pythonStr(shared ?? '').toLowerCase()
  const words = [
    ...optionWords(args.git_opts),
    'init',
    ...(args.bare ? ['--bare'] : []),
    ...(args.template === undefined ? [] : [`--template=${args.template}`]),
    ...(args.separate_git_dir === undefined ? [] : [`--separate-git-dir=${args.separate_git_dir}`]),
    ...(shared === null || shared === undefined ? [] : [`--shared=${who}`]),
    ...optionWords(args.opts),
    await pathOf(ctx, args.cwd, args.user),
  ]
  const { user, password, ignore_retcode, output_encoding } = args
  return (await runGit(ctx, words, { user, password, ignore_retcode, output_encoding })).stdout
}

interface Wanted {
  readonly stale: boolean
  readonly all: boolean
}

async function listWorktrees(ctx: ExecContext, repository: Repository, { stale, all }: Wanted) {
  const found: Record<string, unknown> = {}
  const output = await repository.text(['worktree', 'list', '--porcelain'])
  for (const block of output.trim().split('\n\n')) {
    const facts = new Map(
      lines(block).map((line) => {
        const [, name = line, value = ''] = /^(\S+)\s+(.*)$/.exec(line) ?? []
        return [name, value]
      }),
    )
    const [path, head] = [facts.get('worktree'), facts.get('HEAD')]
    const isDetached = facts.has('detached')
    if (path === undefined || head === undefined || !(isDetached || facts.has('branch'))) continue
    const isStale = !(await ctx.fs.isDirectory(path))
    if (isStale ? !(all || stale) : stale) continue
    const tags = isDetached ? lines(await repository.text(['tag', '--points-at', head])) : []
    found[path] = {
      stale: isStale,
      HEAD: head,
      detached: isDetached,
      branch: isDetached ? null : facts.get('branch')?.replace('refs/heads/', ''),
      ...(tags.length > 0 && { tags }),
    }
  }
  return found
}
