// SPDX-License-Identifier: Apache-2.0
import { SaltError } from '@halite/core'
import { arg, type ExecContext, type Values } from '@halite/loader'
import { Regex } from '@halite/targeting'
import { fileAt } from './content.ts'
import { unifiedDifference } from './difference.ts'
import { type FileEncoding, textEncoding } from './encodings.ts'
import { editedPath, putContent } from './put.ts'
import { backupExtension, copyBeside } from './side-copy.ts'
import { universalLines } from './text-file.ts'

/** The block and its place: arguments of `file.blockreplace`, the state too. */
export const blockArguments = {
  marker_start: arg.string('What the line above the block holds.').default('#-- start managed zone --'),
  marker_end: arg.string('What the line below it holds.').default('#-- end managed zone --'),
}

/** Where a block goes that is not there yet. */
export const blockPlaceArguments = {
  append_if_not_found: arg.boolean('Whether a block that is not there is put at the end.').default(false),
  prepend_if_not_found: arg
    .boolean('Whether a block that is not there is put at the beginning.')
    .default(false),
}

/** The same, by a line. */
export const blockMatchArguments = {
  insert_before_match: arg
    .string('A regular expression: a block that is not there is put before the first line that it matches.')
    .optional(),
  insert_after_match: arg.string('The same, behind the line.').optional(),
}

/** The arguments of the function. */
export const blockReplaceArguments = {
  ...blockArguments,
  content: arg.string('The block.').default(''),
  ...blockPlaceArguments,
  backup: arg.any('The extension of a copy of the file as it was; False for none.').default('.bak'),
  dry_run: arg.boolean('Whether the file stays as it is.').default(false),
  show_changes: arg.boolean('Whether the difference is returned; otherwise True or False.').default(true),
  append_newline: arg
    .any('Whether a line break follows the block; None for one where the block does not end with one.')
    .default(false),
  ...blockMatchArguments,
}

/** How a block is replaced. */
export type BlockReplacing = Values<typeof blockReplaceArguments>

/** `file.blockreplace`: the difference that it makes, or with `show_changes` false whether it makes one. */
export async function replaceBlock(
  ctx: ExecContext,
  given: string,
  wanted: BlockReplacing,
): Promise<string | boolean> {
  refuseContradictions(wanted)
  const path = await editedPath(ctx, given)
  if (!(await ctx.fs.exists(path))) throw new SaltError('ARGUMENTS_INVALID', `File not found: ${path}`)
  await fileAt(ctx, path)
  const data = await ctx.fs.read(path)
  const encoding = textEncoding(data)
  if (encoding === undefined)
    throw new SaltError('ARGUMENTS_INVALID', `Cannot perform string replacements on a binary file: ${path}`)
  const before = universalLines(encoding.decode(data))
  const after = withBlock(before, writtenIn(encoding, wanted))
  const isChanged = before.join('') !== after.join('')
  if (isChanged && !wanted.dry_run) {
    const extension = backupExtension(wanted.backup)
    if (extension !== undefined) await copyBeside(ctx, path, extension)
    await putContent(ctx, path, encoding.encode(after.join('')))
  }
  return wanted.show_changes ? unifiedDifference(before, after).join('') : isChanged
}

function refuseContradictions(wanted: BlockReplacing): void {
  const places = [
    wanted.append_if_not_found,
    wanted.prepend_if_not_found,
    Boolean(wanted.insert_before_match),
    Boolean(wanted.insert_after_match),
  ]
  if (places.filter(Boolean).length < 2) return
  throw new SaltError(
    'ARGUMENTS_INVALID',
    'Only one of append_if_not_found, prepend_if_not_found, insert_before_match, and insert_after_match is permitted',
  )
}

/** What is put into the file, in its encoding. */
function writtenIn({ written }: FileEncoding, wanted: BlockReplacing): BlockReplacing {
  const { content, marker_start, marker_end } = wanted
  return {
    ...wanted,
    content: written(content),
    marker_start: written(marker_start),
    marker_end: written(marker_end),
  }
}

function withBlock(before: readonly string[], wanted: BlockReplacing): string[] {
  const end = lineEndOf(before[0])
  const { lines, isFound } = replacedBlocks(before, { wanted, end })
  if (isFound) return lines
  const block = [`${wanted.marker_start}${end}`, ...blockLines(wanted, { end, last: wanted.marker_end })]
  if (wanted.prepend_if_not_found) return [...block, ...lines]
  if (wanted.append_if_not_found) {
    const last = lines.at(-1)
    if (last !== undefined && !last.endsWith(end)) lines[lines.length - 1] = `${last}${end}`
    return [...lines, ...block]
  }
  const at = matchedLine(before, wanted)
  if (at === undefined)
    throw new SaltError('COMMAND_FAILED', 'Cannot edit marked block. Markers were not found in file.')
  return lines.toSpliced(wanted.insert_after_match ? at + 1 : at, 0, ...block)
}

function lineEndOf(line: string | undefined): string {
  return line?.endsWith('\r\n') ? '\r\n' : '\n'
}

interface BlockStyle {
  readonly wanted: BlockReplacing
  readonly end: string
}

/** Every block with the new content. Throws for one that does not end. */
function replacedBlocks(before: readonly string[], { wanted, end }: BlockStyle) {
  const { marker_start, marker_end } = wanted
  const lines: string[] = []
  let isInside = false
  let isFound = false
  for (const line of before) {
    if (line.includes(marker_start)) isInside = true
    else if (isInside) {
      const at = line.indexOf(marker_end)
      if (at < 0) continue
      isInside = false
      isFound = true
      lines.push(...blockLines(wanted, { end, last: line.slice(at) }))
      continue
    }
    lines.push(line)
  }
  if (!isInside) return { lines, isFound }
  throw new SaltError('COMMAND_FAILED', 'Unterminated marked block. End of file reached before marker_end.')
}

/** The lines below the first marker: the block, and the second marker, on its last line where no line break follows. */
function blockLines(
  { content, append_newline }: BlockReplacing,
  { end, last }: { readonly end: string; readonly last: string },
): string[] {
  const closing = `${last.replace(/[\r\n]+$/, '')}${end}`
  const lines = content.split(/\r\n|\n/)
  const breaks =
    append_newline === null || append_newline === undefined
      ? !content.endsWith('\n')
      : Boolean(append_newline)
  const open = lines.slice(0, -1).map((line) => `${line}${end}`)
  const final = lines.at(-1) ?? ''
  return breaks ? [...open, `${final}${end}`, closing] : [...open, `${final}${closing}`]
}

function matchedLine(lines: readonly string[], wanted: BlockReplacing): number | undefined {
  const written = wanted.insert_before_match || wanted.insert_after_match
  if (!written) return undefined
  const regex = new Regex(written)
  const at = lines.findIndex((line) => regex.test(line))
  return at < 0 ? undefined : at
}
