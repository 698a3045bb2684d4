// SPDX-License-Identifier: Apache-2.0
import { compareValues, isSaltError } from '@halite/core'
import { arg, type ExecContext, failed, fn } from '@halite/loader'
import { findFiles } from '../find/find.ts'
import { openFiles } from '../open-files.ts'

/** Functions that look for files. */
export const findingFunctions = {
  find: fn({
    doc: 'Return the paths below one, or several by a shell pattern, that fit: ``name``, ``iname`` (patterns of the name: ``*``, ``?``, ``[abc]``, ``{a,b}``), ``regex``, ``iregex``, ``type`` (letters of abcdflps), ``user``, ``group``, ``size`` (``+10m``: larger, ``-10m``: smaller), ``mtime`` (``+30d``: older, ``-30d``: younger), ``grep`` (a regular expression in the text), ``mindepth``, ``maxdepth``. And do something with them: ``print`` (words of path, name, size, type, mode, mtime, user, group, md5), ``exec`` (a command, in which ``{}`` is the path), ``delete`` (letters of types; with ``test=True`` nothing is removed).',
    examples: [
      "salt '*' file.find / type=f name='*.bak' size=+10m",
      "salt '*' file.find /var mtime=+30d size=+10m print=path,size,mtime",
      "salt '*' file.find /var/log name='*.[0-9]' mtime=+30d size=+10m delete",
    ],
    args: {
      path: arg.path('Where to look, itself too.'),
      args: arg.rest('``delete`` for ``delete=f``, ``print`` for ``print=path``.', arg.string('A word.')),
      kwargs: arg.keywords('The options.'),
    },
    run: find,
  }),
  open_files: fn({
    doc: 'Return the files that programs have open, with the ids of their processes.',
    examples: ["salt '*' file.open_files", "salt '*' file.open_files by_pid=True"],
    args: { by_pid: arg.boolean('Return the files by process id.').default(false) },
    run: (ctx, { by_pid }) => openFiles(ctx, by_pid),
  }),
}

interface FindArguments {
  readonly path: string
  readonly args: readonly string[]
  readonly kwargs: Readonly<Record<string, unknown>>
}

async function find(ctx: ExecContext, { path, args, kwargs }: FindArguments) {
  const options = {
    ...kwargs,
    ...(args.includes('delete') && { delete: 'f' }),
    ...(args.includes('print') && !args.includes('delete') && { print: 'path' }),
  }
  try {
    return (await findFiles(ctx, path, options)).sort(compareValues)
  } catch (error) {
    if (isSaltError(error) && error.code === 'ARGUMENTS_INVALID') return failed(`error: ${error.message}`, 1)
    throw error
  }
}
