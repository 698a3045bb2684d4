// SPDX-License-Identifier: Apache-2.0
import { constants, isUtf8 } from 'node:buffer'
import { SaltError } from '@halite/core'
import type { ExecContext, FileFacts } from '@halite/loader'
import { fileAt } from './content.ts'
import { unifiedDifference } from './difference.ts'
import { isText, textOf } from './lines.ts'

/**
 * A text file as patterns see it: its bytes, one character each. So no byte is changed that no pattern names, whatever the encoding,
 * and patterns mean what they mean in Salt, which compares bytes too.
 */
export interface TextFile {
  readonly path: string
  readonly facts: FileFacts
  readonly text: string
}

/** Larger texts are not compared line by line. */
const mostBytes = 16 * 2 ** 20
const headBytes = 512

/** Reads a text file. Rejects with ARGUMENTS_INVALID for a binary one, with COMMAND_FAILED for what is none. */
export async function readTextFile(ctx: ExecContext, path: string): Promise<TextFile> {
  const facts = await fileAt(ctx, path)
  await refuseBinary(ctx, path)
  if (facts.size > constants.MAX_STRING_LENGTH)
    throw new SaltError('COMMAND_FAILED', `${path} is too large to be edited: it has ${facts.size} bytes`)
  return { path, facts, text: (await ctx.fs.read(path)).toString('latin1') }
}

/** Rejects with ARGUMENTS_INVALID when a file does not begin like a text. */
export async function refuseBinary({ fs }: ExecContext, path: string): Promise<void> {
  if (isText(await fs.readRange(path, 0, headBytes))) return
  throw new SaltError('ARGUMENTS_INVALID', `Cannot perform string replacements on a binary file: ${path}`)
}

/**
 * The bytes of an edited text. Throws COMMAND_FAILED where the edit cut characters in two: to a pattern of bytes a character of UTF-8
 * may be several.
 */
export function editedBytes({ path, text: before }: TextFile, text: string): Buffer {
  const data = Buffer.from(text, 'latin1')
  if (isUtf8(data) || !isUtf8(Buffer.from(before, 'latin1'))) return data
  throw new SaltError(
    'COMMAND_FAILED',
    `${path} stays as it is: the edit would cut characters of UTF-8 in two`,
    {
      hint: 'Let the pattern match such characters as a whole.',
    },
  )
}

/** Text as bytes, one character each. */
export function asBytes(text: string): string {
  return Buffer.from(text).toString('latin1')
}

/** Bytes, one character each, as text; Latin-1 where they are no UTF-8. */
export function asText(bytes: string): string {
  return textOf(Buffer.from(bytes, 'latin1'))
}

/** Lines with their ends: line feeds, carriage returns, or both. */
export function universalLines(text: string): string[] {
  return text.match(/[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+$/g) ?? []
}

/** How a text of bytes became another one; a sentence where they are too large to be compared line by line. */
export function bytesDifference(before: string, after: string): string {
  if (before === after) return ''
  if (Math.max(before.length, after.length) > mostBytes)
    return `Replace text file of ${before.length} bytes with one of ${after.length} bytes`
  return linesDifference(universalLines(before), universalLines(after))
}

/** How lines of bytes became others. */
export function linesDifference(before: readonly string[], after: readonly string[]): string {
  return unifiedDifference(before.map(asText), after.map(asText)).join('')
}
