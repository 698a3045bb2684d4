// SPDX-License-Identifier: Apache-2.0
import { basename } from 'node:path'
import { isTruthy, SaltError } from '@halite/core'
import { arg, fn } from '@halite/loader'
import { cwd, git_opts, head, opts, tail } from './arguments.ts'
import { pathOf, Repository } from './repository.ts'
import { listWords, nameWord, optionWords } from './words.ts'

/** Functions that read and compare revisions. */
export const revisionFunctions = {
  archive: fn({
    doc: 'Write an archive of a revision. Returns True.',
    examples: ["salt '*' git.archive /path/to/repo /path/to/archive.tar"],
    args: {
      cwd,
      output: arg.string('The archive.'),
      rev: head,
      prefix: arg
        .string('What names of members begin with; default the name of the working copy.')
        .optional(),
      git_opts,
      ...tail,
      format: arg.string('``tar``, ``zip`` …; default by the name of the archive.').optional(),
    },
    run: async (ctx, args) => {
      const repository = await Repository.at(ctx, args.cwd, args)
      const prefix = args.prefix === undefined ? `${basename(repository.path)}/` : args.prefix
      await repository.run([
        ...optionWords(args.git_opts),
        'archive',
        ...(prefix === '' ? [] : ['--prefix', prefix]),
        ...(args.format === undefined ? [] : ['--format', args.format]),
        '--output',
        await pathOf(ctx, args.output, args.user),
        nameWord(args.rev, 'revision'),
      ])
      return true
    },
  }),
  describe: fn({
    doc: 'Return the nearest tag of a revision, or its short hash.',
    examples: ["salt '*' git.describe /path/to/repo"],
    args: { cwd, rev: head, ...tail },
    run: async (ctx, args) =>
      (await Repository.at(ctx, args.cwd, args)).text([
        'describe',
        '--always',
        nameWord(args.rev, 'revision'),
      ]),
  }),
  diff: fn({
    doc: 'Return what ``git diff`` prints.',
    examples: ["salt '*' git.diff /path/to/repo", "salt '*' git.diff /path/to/repo commit1 commit2"],
    args: {
      cwd,
      item1: arg.string('A revision.').optional(),
      item2: arg.string('Another one.').optional(),
      opts,
      git_opts,
      user: tail.user,
      password: tail.password,
      no_index: arg
        .boolean('Whether two paths are compared that need not be in a repository.')
        .default(false),
      cached: arg.boolean('Whether what was added is compared.').default(false),
      paths: arg.any('Paths that are compared.').default(null),
      output_encoding: tail.output_encoding,
    },
    run: async (ctx, args) => {
      if (args.no_index && args.cached)
        throw new SaltError('COMMAND_FAILED', "The 'no_index' and 'cached' options cannot be used together")
      const given = [args.item1, args.item2].filter((item) => item !== undefined)
      const items = args.no_index ? [] : given.slice(0, args.cached ? 1 : 2)
      const paths = listWords(args.paths)
      const words = [
        ...optionWords(args.git_opts),
        'diff',
        ...optionWords(args.opts),
        ...(args.no_index ? ['--no-index'] : args.cached ? ['--cached'] : []),
        ...items.map((item) => nameWord(item, 'revision')),
        ...(paths.length === 0 ? [] : ['--', ...paths]),
      ]
      const call = { redirect: true, failhard: !args.no_index, ignore_retcode: args.no_index }
      return (await Repository.at(ctx, args.cwd, args)).text(words, call)
    },
  }),
  merge_base: fn({
    doc: 'Return a common ancestor of revisions; with ``all`` a list, with ``is_ancestor`` whether the first is one of the second.',
    examples: ["salt '*' git.merge_base /path/to/repo HEAD upstream/mybranch"],
    args: {
      cwd,
      refs: arg.any('The revisions: a list, or a text separated by commas.').default(null),
      octopus: arg.boolean('The best ancestor of all of them.').default(false),
      is_ancestor: arg.boolean('Whether the first is an ancestor of the second.').default(false),
      independent: arg.boolean('Those that no other one reaches.').default(false),
      fork_point: arg.string('A branch: where the revision left it.').optional(),
      opts,
      git_opts,
      ...tail,
      all: arg.boolean('All common ancestors.').default(false),
    },
    run: async (ctx, args) => {
      const { words, refs } = mergeBaseWords(args)
      const argv = [
        ...optionWords(args.git_opts),
        'merge-base',
        ...optionWords(args.opts),
        ...words,
        ...refs.map((ref) => nameWord(ref.trim(), 'revision')),
      ]
      const repository = await Repository.at(ctx, args.cwd, args)
      const { retcode, stdout } = await repository.run(argv, { failhard: !args.is_ancestor })
      if (args.is_ancestor) return retcode === 0
      const bases = stdout === '' ? [] : stdout.split('\n')
      return args.all ? bases : (bases[0] ?? '')
    },
  }),
  merge_tree: fn({
    doc: 'Return what a merge would change, as ``git merge-tree`` prints it.',
    examples: ["salt '*' git.merge_tree /path/to/repo HEAD upstream/dev"],
    args: {
      cwd,
      ref1: arg.string('One revision.'),
      ref2: arg.string('The other.'),
      base: arg.string('Their base; default their common ancestor.').optional(),
      ...tail,
    },
    run: async (ctx, args) => {
      const repository = await Repository.at(ctx, args.cwd, args)
      const [one, two] = [nameWord(args.ref1, 'revision'), nameWord(args.ref2, 'revision')]
      const base = args.base ?? (await repository.textIf(['merge-base', one, two]))?.split('\n')[0]
      if (base === undefined)
        throw new SaltError('COMMAND_FAILED', `Unable to determine merge base for ${one} and ${two}`)
      return repository.text(['merge-tree', nameWord(base, 'revision'), one, two])
    },
  }),
  rev_parse: fn({
    doc: 'Return what ``git rev-parse`` prints.',
    examples: [
      "salt '*' git.rev_parse /path/to/repo HEAD",
      "salt '*' git.rev_parse /path/to/repo opts='--is-bare-repository'",
    ],
    args: { cwd, rev: arg.string('A revision.').optional(), opts, git_opts, ...tail },
    run: async (ctx, args) =>
      (await Repository.at(ctx, args.cwd, args)).text([
        ...optionWords(args.git_opts),
        'rev-parse',
        ...optionWords(args.opts),
        ...(args.rev === undefined ? [] : [nameWord(args.rev, 'revision')]),
      ]),
  }),
  revision: fn({
    doc: 'Return the hash of a revision.',
    examples: ["salt '*' git.revision /path/to/repo mybranch"],
    args: { cwd, rev: head, short: arg.boolean('Whether its short form.').default(false), ...tail },
    run: async (ctx, args) =>
      (await Repository.at(ctx, args.cwd, args)).text([
        'rev-parse',
        ...(args.short ? ['--short'] : []),
        nameWord(args.rev, 'revision'),
      ]),
  }),
}

interface MergeBase {
  readonly refs: unknown
  readonly octopus: boolean
  readonly is_ancestor: boolean
  readonly independent: boolean
  readonly fork_point: string | undefined
  readonly all: boolean
}

function mergeBaseWords(args: MergeBase): {
  readonly words: readonly string[]
  readonly refs: readonly string[]
} {
  const { octopus, is_ancestor: isAncestor, independent, fork_point: forkPoint, all } = args
  const refs = listWords(args.refs)
  const wrong = (message: string) => new SaltError('ARGUMENTS_INVALID', message)
  if (all && (independent || isAncestor || forkPoint !== undefined))
    throw wrong("The 'all' argument is not compatible with 'independent', 'is_ancestor', or 'fork_point'")
  if ([octopus, independent, isAncestor, isTruthy(forkPoint ?? null)].filter(Boolean).length > 1)
    throw wrong("Only one of 'octopus', 'independent', 'is_ancestor', and 'fork_point' is permitted")
  if (isAncestor && refs.length !== 2) throw wrong("Two refs/commits are required if 'is_ancestor' is True")
  if (forkPoint !== undefined && refs.length > 1)
    throw wrong("At most one ref/commit can be passed if 'fork_point' is specified")
  const words = [
    ...(all ? ['--all'] : []),
    ...(octopus ? ['--octopus'] : []),
    ...(isAncestor ? ['--is-ancestor'] : []),
    ...(independent ? ['--independent'] : []),
    ...(forkPoint === undefined ? [] : ['--fork-point', nameWord(forkPoint, 'revision')]),
  ]
  return { words, refs: forkPoint !== undefined && refs.length === 0 ? ['HEAD'] : refs }
}
