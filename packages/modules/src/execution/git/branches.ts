// SPDX-License-Identifier: Apache-2.0
import { SaltError } from '@halite/core'
import { arg, fn } from '@halite/loader'
import { cwd, git_opts, head, identityTail, opts, tail } from './arguments.ts'
import { Repository } from './repository.ts'
import { nameWord, optionWords } from './words.ts'

/** Functions that make, move and join branches and tags. */
export const branchFunctions = {
  branch: fn({
    doc: 'Run ``git branch``. Returns True.',
    examples: [
      "salt '*' git.branch /path/to/repo newbranch",
      "salt '*' git.branch /path/to/repo oldbranch opts=-d",
    ],
    args: { cwd, name: arg.string('The branch.').optional(), opts, git_opts, ...tail },
    run: async (ctx, args) => {
      const name = args.name === undefined ? [] : [nameWord(args.name, 'branch')]
      const repository = await Repository.at(ctx, args.cwd, args)
      await repository.run([...optionWords(args.git_opts), 'branch', ...optionWords(args.opts), ...name])
      return true
    },
  }),
  current_branch: fn({
    doc: 'Return the branch that is checked out; ``HEAD`` when none is.',
    examples: ["salt '*' git.current_branch /path/to/repo"],
    args: { cwd, ...tail },
    run: async (ctx, args) =>
      (await Repository.at(ctx, args.cwd, args)).text(['rev-parse', '--abbrev-ref', 'HEAD']),
  }),
  merge: fn({
    doc: 'Run ``git merge``. Returns what it prints.',
    examples: ["salt '*' git.merge /path/to/repo rev=upstream/foo"],
    args: { cwd, rev: arg.string('What is merged.').optional(), opts, git_opts, ...identityTail },
    run: async (ctx, args) =>
      (await Repository.at(ctx, args.cwd, args)).text(
        [
          ...optionWords(args.git_opts),
          'merge',
          ...optionWords(args.opts),
          ...(args.rev === undefined ? [] : [nameWord(args.rev, 'revision')]),
        ],
        { identity: args.identity },
      ),
  }),
  rebase: fn({
    doc: 'Run ``git rebase``. Returns what it prints.',
    examples: ["salt '*' git.rebase /path/to/repo master"],
    args: { cwd, rev: arg.string('What it is rebased on.').default('master'), opts, git_opts, ...tail },
    run: async (ctx, args) => {
      const words = optionWords(args.opts)
      if (words.includes('-i') || words.includes('--interactive'))
        throw new SaltError('ARGUMENTS_INVALID', 'Interactive rebases are not supported')
      return (await Repository.at(ctx, args.cwd, args)).text([
        ...optionWords(args.git_opts),
        'rebase',
        ...words,
        ...optionWords(args.rev).map((word) => nameWord(word, 'revision')),
      ])
    },
  }),
  reset: fn({
    doc: 'Run ``git reset``. Returns what it prints.',
    examples: ["salt '*' git.reset /path/to/repo opts='--hard origin/master'"],
    args: { cwd, opts, git_opts, ...identityTail },
    run: async (ctx, args) =>
      (await Repository.at(ctx, args.cwd, args)).text(
        [...optionWords(args.git_opts), 'reset', ...optionWords(args.opts)],
        { identity: args.identity },
      ),
  }),
  symbolic_ref: fn({
    doc: 'Return what a symbolic ref stands for, or set it.',
    examples: [
      "salt '*' git.symbolic_ref /path/to/repo HEAD",
      "salt '*' git.symbolic_ref /path/to/repo FOO opts=--delete",
    ],
    args: {
      cwd,
      ref: arg.string('The ref.'),
      value: arg.string('What it is to stand for.').optional(),
      opts,
      git_opts,
      ...tail,
    },
    run: async (ctx, args) => {
      const words = optionWords(args.opts)
      if (args.value !== undefined && (words.includes('-d') || words.includes('--delete')))
        throw new SaltError(
          'ARGUMENTS_INVALID',
          'Value cannot be set for symbolic ref if -d/--delete is included in opts',
        )
      return (await Repository.at(ctx, args.cwd, args)).text([
        ...optionWords(args.git_opts),
        'symbolic-ref',
        ...words,
        nameWord(args.ref, 'ref'),
        ...(args.value === undefined ? [] : [nameWord(args.value, 'ref')]),
      ])
    },
  }),
  tag: fn({
    doc: 'Run ``git tag``. Returns what it prints.',
    examples: [
      "salt '*' git.tag /path/to/repo v1.2.3",
      "salt '*' git.tag /path/to/repo v1.2.3 message='Version 1.2.3'",
    ],
    args: {
      cwd,
      name: arg.string('The tag.'),
      ref: head,
      message: arg.string('Its message: it is then an annotated one.').optional(),
      opts,
      git_opts,
      ...tail,
    },
    run: async (ctx, args) => {
      const words = optionWords(args.opts).filter((word) => word !== '-a' && word !== '--annotate')
      if (words.some((word) => word === '-m' || word.includes('--message')))
        throw new SaltError('ARGUMENTS_INVALID', 'Tag messages must be passed in the "message" argument')
      const deletes = words.includes('-d') || words.includes('--delete')
      const message = args.message === undefined || deletes ? [] : ['-a', '-m', args.message]
      const all = [
        ...optionWords(args.git_opts),
        'tag',
        ...message,
        ...words,
        nameWord(args.name, 'tag'),
        ...(deletes ? [] : [nameWord(args.ref, 'revision')]),
      ]
      return (await Repository.at(ctx, args.cwd, args)).text(all, { redirect: true })
    },
  }),
}
