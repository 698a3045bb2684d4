// SPDX-License-Identifier: Apache-2.0
import { isTruthy, SaltError } from '@halite/core'
import { arg, type ExecContext, type Values } from '@halite/loader'
import { unifiedDifference } from './difference.ts'
import { byteEncoding, type FileEncoding, textEncoding } from './encodings.ts'
import { editLines, lineEnd, withEnd } from './line-modes.ts'
import { splitLines } from './lines.ts'
import { editedPath, putContent } from './put.ts'
import { copyBeside } from './side-copy.ts'
import { universalLines } from './text-file.ts'

const text = (doc: string) => arg.string(doc).optional()

/** What a line is to be, and where: the arguments of `file.line`, the state too. */
export const lineArguments = {
  content: text('The line. Only ``delete`` needs none.'),
  match: text('The line that is meant: a part of it, or a regular expression; default the line itself.'),
  mode: text('``ensure``, ``replace``, ``delete`` or ``insert``.'),
  location: text('Where ``insert`` puts it: ``start`` or ``end``.'),
  before: text(
    'The line to put it before: a part of it, or a regular expression that matches no other line.',
  ),
  after: text('The line to put it after.'),
  show_changes: arg.boolean('Whether the difference is shown; otherwise True.').default(true),
  backup: arg.any('Whether a copy of the file as it was is kept, named by the time.').default(false),
  quiet: arg.boolean('Whether a file that is not there is no error.').default(false),
  indent: arg.boolean('Whether the line is indented as that beside it.').default(true),
}

/** How `file.line` is asked; with `test` nothing is written. */
export interface LineEdit extends Values<typeof lineArguments> {
  readonly test: boolean
}

/** `file.line`: the difference that it makes, true where that is not wanted; false when there is none. */
export async function editLine(ctx: ExecContext, given: string, wanted: LineEdit): Promise<string | boolean> {
  const path = await editedPath(ctx, given)
  if (!(await ctx.fs.isFile(path))) {
    if (wanted.quiet) return false
    throw new SaltError('COMMAND_FAILED', `File "${path}" does not exists or is not a file.`)
  }
  checkMode(wanted)
  const data = await ctx.fs.read(path)
  const encoding = textEncoding(data) ?? byteEncoding
  const before = encoding.decode(data)
  const after = edited(before, writtenIn(encoding, wanted))
  if (after === before) return false
  if (!wanted.test) {
    if (isTruthy(wanted.backup)) await copyBeside(ctx, path, `.${moment(new Date())}`)
    await putContent(ctx, path, encoding.encode(after))
  }
  if (!wanted.show_changes) return true
  return unifiedDifference(splitLines(before, { keepEnds: true }), universalLines(after)).join('') || true
}

function checkMode({ mode, content }: LineEdit): void {
  if (mode === undefined)
    throw new SaltError('COMMAND_FAILED', 'Mode was not defined. How to process the file?')
  if (!['insert', 'ensure', 'delete', 'replace'].includes(mode.toLowerCase()))
    throw new SaltError('COMMAND_FAILED', `Unknown mode: "${mode.toLowerCase()}"`)
  if (mode.toLowerCase() !== 'delete' && content === undefined)
    throw new SaltError('COMMAND_FAILED', 'Content can only be empty if mode is "delete"')
}

/** What is looked for and put into the file, in its encoding. */
function writtenIn({ written }: FileEncoding, wanted: LineEdit): LineEdit {
  const inFile = (given: string | undefined) => given && written(given)
  const { content, match, before, after } = wanted
  return {
    ...wanted,
    content: inFile(content),
    match: inFile(match),
    before: inFile(before),
    after: inFile(after),
  }
}

function edited(text: string, wanted: LineEdit): string {
  const lines = universalLines(text)
  // An empty line stands for the end of the file.
  if (lineEnd(lines.at(-1) ?? '') !== '') lines.push('')
  const after = editLines(lines, { ...wanted, mode: wanted.mode?.toLowerCase() ?? '' })
  for (const [index, line] of after.entries()) {
    if (lineEnd(line) === '' && index + 1 < after.length)
      after[index] = withEnd(line, after[index === 0 ? 1 : index - 1] ?? '')
  }
  return after.join('')
}

/** A time in the name of a copy. */
function moment(at: Date): string {
  const two = (value: number) => String(value).padStart(2, '0')
  const parts = [at.getMonth() + 1, at.getDate(), at.getHours(), at.getMinutes(), at.getSeconds()]
  return [at.getFullYear(), ...parts.map(two)].join('-')
}
