// SPDX-License-Identifier: Apache-2.0
import { isTruthy, pythonStr, toPlain } from '@halite/core'
import { arg, type Values } from '@halite/loader'
import { anything, ownerArguments, windowsArguments } from './shared-arguments.ts'

const recurseTypes = ['user', 'group', 'mode', 'ignore_files', 'ignore_dirs', 'silent']

/** The arguments of `file.directory`. */
export const directoryArguments = {
  ...ownerArguments,
  recurse: anything(
    'What holds for all below it too: a list of ``user``, ``group``, ``mode``, ``ignore_files``, ``ignore_dirs``, ``silent``.',
  ),
  max_depth: arg.integer('How many levels below it are looked at.').optional(),
  dir_mode: anything('Its mode, in octal digits.'),
  file_mode: anything('Mode of files below it; default ``dir_mode``.'),
  makedirs: arg.boolean('Whether directories above it are made.').default(false),
  clean: arg.boolean('Whether what no state that it requires has made is removed from it.').default(false),
  require: anything('The states whose files stay.'),
  exclude_pat: anything(
    'Pattern of what stays: a shell pattern, or with ``E@`` in front a regular expression; paths are relative to it.',
  ),
  follow_symlinks: arg.boolean('Whether links below it are followed.').default(false),
  force: arg.boolean('Whether a file that is there is removed.').default(false),
  backupname: arg.string('Where a file that is there is moved to.').optional(),
  allow_symlink: arg.boolean('Whether a link to a directory will do.').default(true),
  children_only: arg.boolean('Whether only what lies below it is changed.').default(false),
  ...windowsArguments,
  kwargs: arg.keywords('``mode`` stands for ``dir_mode``; whatever else is given counts for nothing.'),
}

/** Values of the arguments of `file.directory`, with the path. */
export type DirectoryValues = Values<typeof directoryArguments> & { readonly name: string }

/** What `recurse` says is applied below the directory; a text that says why it is wrong. */
export function recurseSet(value: unknown): ReadonlySet<string> | string {
  if (!isTruthy(value)) return new Set()
  const items = toPlain(value)
  if (!Array.isArray(items)) return '"recurse" must be formed as a list of strings'
  const set = new Set(items.map((item) => pythonStr(item)))
  if ([...set].some((item) => !recurseTypes.includes(item)))
    return `Types for "recurse" limited to ${recurseTypes.map((type) => `"${type}"`).join(', ')}.`
  if (set.has('ignore_files') && set.has('ignore_dirs'))
    return 'Must not specify "recurse" options "ignore_files" and "ignore_dirs" at the same time.'
  return set
}
