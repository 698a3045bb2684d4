// SPDX-License-Identifier: Apache-2.0
import { SaltError } from '@halite/core'
import { arg, fn } from '@halite/loader'
import { cwd, git_opts, opts, tail } from './arguments.ts'
import { Repository } from './repository.ts'
import { nameWord, optionWords } from './words.ts'

const filename = arg.string('The file.')

/** Functions of the files of a working copy. */
export const workingCopyFunctions = {
  add: fn({
    doc: 'Run ``git add``. Returns what it prints.',
    examples: ["salt '*' git.add /path/to/repo foo/bar.py"],
    args: { cwd, filename, opts, git_opts, ...tail },
    run: async (ctx, args) => {
      const words = optionWords(args.opts).filter((word) => !['-v', '--verbose'].includes(word))
      return (await Repository.at(ctx, args.cwd, args)).text([
        ...optionWords(args.git_opts),
        'add',
        '--verbose',
        ...words,
        '--',
        args.filename,
      ])
    },
  }),
  checkout: fn({
    doc: 'Run ``git checkout``. Returns what it prints.',
    examples: [
      "salt '*' git.checkout /path/to/repo somebranch",
      "salt '*' git.checkout /path/to/repo opts='-b newbranch'",
    ],
    args: {
      cwd,
      rev: arg.string('A branch, tag or commit.').optional(),
      force: arg.boolean('Whether changes that are not committed are lost.').default(false),
      opts,
      git_opts,
      ...tail,
    },
    run: async (ctx, args) => {
      const words = optionWords(args.opts)
      if (args.rev === undefined && !words.some((word) => word === '-b' || word === '-B'))
        throw new SaltError('ARGUMENTS_INVALID', "'rev' argument is required unless -b or -B in opts")
      const repository = await Repository.at(ctx, args.cwd, args)
      const all = [
        ...optionWords(args.git_opts),
        'checkout',
        ...(args.force ? ['--force'] : []),
        ...words,
        ...(args.rev === undefined ? [] : [nameWord(args.rev, 'revision')]),
      ]
      return repository.text(all, { redirect: true })
    },
  }),
  commit: fn({
    doc: 'Run ``git commit``. Returns what it prints.',
    examples: ["salt '*' git.commit /path/to/repo 'The commit message'"],
    args: {
      cwd,
      message: arg.string('The message.'),
      opts,
      git_opts,
      user: tail.user,
      password: tail.password,
      filename: arg.string('The file that is committed; default what was added.').optional(),
      ignore_retcode: tail.ignore_retcode,
      output_encoding: tail.output_encoding,
    },
    run: async (ctx, args) =>
      (await Repository.at(ctx, args.cwd, args)).text([
        ...optionWords(args.git_opts),
        'commit',
        '-m',
        args.message,
        ...optionWords(args.opts),
        ...(args.filename === undefined ? [] : ['--', args.filename]),
      ]),
  }),
  discard_local_changes: fn({
    doc: 'Discard changes that are not committed. Returns what git prints.',
    examples: ["salt '*' git.discard_local_changes /path/to/repo"],
    args: { cwd, path: arg.string('The path whose changes are discarded.').default('.'), ...tail },
    run: async (ctx, args) =>
      (await Repository.at(ctx, args.cwd, args)).text(['checkout', '--', args.path], { redirect: true }),
  }),
  rm: fn({
    doc: 'Run ``git rm``. Returns what it prints.',
    examples: ["salt '*' git.rm /path/to/repo foo/bar.py"],
    args: { cwd, filename, opts, git_opts, ...tail },
    run: async (ctx, args) =>
      (await Repository.at(ctx, args.cwd, args)).text([
        ...optionWords(args.git_opts),
        'rm',
        ...optionWords(args.opts),
        '--',
        args.filename,
      ]),
  }),
  stash: fn({
    doc: 'Run ``git stash``. Returns what it prints.',
    examples: ["salt '*' git.stash /path/to/repo save opts='work in progress'"],
    args: {
      cwd,
      action: arg.string('``save``, ``apply``, ``show`` …').default('save'),
      opts,
      git_opts,
      ...tail,
    },
    run: async (ctx, args) =>
      (await Repository.at(ctx, args.cwd, args)).text([
        ...optionWords(args.git_opts),
        'stash',
        args.action,
        ...optionWords(args.opts),
      ]),
  }),
  status: fn({
    doc: 'Return the files that changed: ``new``, ``modified``, ``deleted`` and ``untracked`` ones.',
    examples: ["salt '*' git.status /path/to/repo"],
    args: { cwd, ...tail },
    run: async (ctx, args) =>
      statusOf(await (await Repository.at(ctx, args.cwd, args)).text(['status', '-z', '--porcelain'])),
  }),
}

function statusOf(output: string): Record<string, readonly string[]> {
  const words: Readonly<Record<string, string>> = { M: 'modified', A: 'new', D: 'deleted', '??': 'untracked' }
  const found: Record<string, string[]> = {}
  for (const entry of output.split('\0')) {
    const [, state = '', name] = /^\s*(\S+)\s+(.*)$/s.exec(entry) ?? []
    if (name === undefined) continue
    const key = words[state] ?? state
    found[key] = [...(found[key] ?? []), name]
  }
  return found
}
