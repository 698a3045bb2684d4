// SPDX-License-Identifier: Apache-2.0
import { pythonStr, SaltError } from '@halite/core'
import { arg, fn } from '@halite/loader'
import { appendLines, contentOf, fileAt, prependLines, writeLines } from '../content.ts'
import { atPlace } from '../place.ts'
import { editedPath } from '../put.ts'

const path = arg.path('The file.')
const lineArguments = {
  path,
  args: arg.rest('Texts, one for each line.', arg.string('A text.')),
  kwargs: arg.keywords(
    '``args``: the texts, where one has an equals sign. Whatever else is given counts for nothing.',
  ),
}
const offset = arg.integer('Where, in bytes from its beginning.')

interface LineValues {
  readonly args: readonly string[]
  readonly kwargs: Readonly<Record<string, unknown>>
}

/** Functions that read and write what a file holds, as it is. */
export const contentFunctions = {
  read: fn({
    doc: 'Return what a file holds, as text; bytes with ``binary``.',
    examples: ["salt '*' file.read /path/to/file"],
    args: { path, binary: arg.boolean('Whether bytes are returned.').default(false) },
    run: async (ctx, { path, binary }) => {
      const data = await contentOf(ctx, path)
      return binary ? data : decoded(data, path)
    },
  }),
  write: fn({
    doc: 'Make texts the content of a file, one for each line.',
    examples: [
      `salt '*' file.write /etc/motd 'With all thine offerings thou shalt offer salt.'`,
      `salt '*' file.write /etc/motd args='cheese=spam'`,
    ],
    args: lineArguments,
    run: (ctx, values) => writeLines(ctx, values.path, linesOf(values)),
  }),
  append: fn({
    doc: 'Put texts behind what a file holds, one for each line.',
    examples: [`salt '*' file.append /etc/motd 'one line' 'another'`],
    args: lineArguments,
    run: (ctx, values) => appendLines(ctx, values.path, linesOf(values)),
  }),
  prepend: fn({
    doc: 'Put texts before what a file holds, one for each line.',
    examples: [`salt '*' file.prepend /etc/motd 'one line' 'another'`],
    args: lineArguments,
    run: (ctx, values) => prependLines(ctx, values.path, linesOf(values)),
  }),
  truncate: fn({
    doc: 'Cut a file to a length.',
    examples: ["salt '*' file.truncate /path/to/file 512"],
    args: { path, length: arg.integer('Its length, in bytes.') },
    run: async (ctx, { path, length }) => {
      if (length < 0) throw new SaltError('ARGUMENTS_INVALID', `length must be 0 or more, not ${length}`)
      const real = await editedPath(ctx, path)
      await fileAt(ctx, real)
      await atPlace(ctx, real, { followLinks: true, work: (place) => ctx.fs.truncate(place, length) })
    },
  }),
  seek_read: fn({
    doc: 'Return a part of a file.',
    examples: ["salt '*' file.seek_read /path/to/file 4096 0"],
    args: { path, size: arg.integer('How many bytes, at most.'), offset },
    run: async (ctx, { path, size, offset }) => {
      if (size < 0 || offset < 0) throw negative({ size, offset })
      const real = await editedPath(ctx, path)
      await fileAt(ctx, real)
      return ctx.fs.readRange(real, offset, size)
    },
  }),
  seek_write: fn({
    doc: 'Write into a file, over what is there; return the number of bytes.',
    examples: ["salt '*' file.seek_write /path/to/file 'some data' 4096"],
    args: { path, data: arg.any('The text, or bytes.'), offset },
    run: async (ctx, { path, data, offset }) => {
      if (offset < 0) throw negative({ offset })
      const real = await editedPath(ctx, path)
      await fileAt(ctx, real)
      const bytes = data instanceof Uint8Array ? data : Buffer.from(pythonStr(data))
      const work = (place: string) => ctx.fs.writeRange(place, offset, bytes)
      return atPlace(ctx, real, { followLinks: true, work })
    },
  }),
}

function linesOf({ args, kwargs }: LineValues): readonly string[] {
  if (!('args' in kwargs)) return args
  const given = kwargs['args']
  return (Array.isArray(given) ? given : [given]).map(pythonStr)
}

function decoded(data: Buffer, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(data)
  } catch {
    throw new SaltError('COMMAND_FAILED', `${path} is no text of UTF-8`, {
      hint: 'binary=True returns its bytes.',
    })
  }
}

function negative(values: Readonly<Record<string, number>>): SaltError {
  const written = Object.entries(values).map(([name, value]) => `${name} ${value}`)
  return new SaltError('ARGUMENTS_INVALID', `Parts of files are counted from 0: ${written.join(', ')}`)
}
