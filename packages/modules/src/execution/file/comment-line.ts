// SPDX-License-Identifier: Apache-2.0
import { SaltError } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { Regex } from '@halite/targeting'
import { fileLines } from './lines.ts'
import { editedPath, putContent } from './put.ts'
import { backupExtension, copyBeside } from './side-copy.ts'
import { asBytes, asText, editedBytes, linesDifference, readTextFile } from './text-file.ts'

/** Which lines are commented out, or with `cmnt` false are no longer. */
export interface Commenting {
  readonly regex: string
  readonly char: string
  readonly cmnt: boolean
  readonly backup: unknown
}

/** `file.comment_line`: the difference between the lines as they were and as they are; false when none is meant. */
export async function commentLines(
  ctx: ExecContext,
  given: string,
  { regex, char, cmnt, backup }: Commenting,
): Promise<string | false> {
  const path = await editedPath(ctx, given)
  if (!(await ctx.fs.isFile(path))) throw new SaltError('ARGUMENTS_INVALID', `File not found: ${path}`)
  const pattern = new Regex(linePattern(regex, char, cmnt))
  const file = await readTextFile(ctx, path)
  const lines = fileLines(file.text)
  const before: string[] = []
  const after: string[] = []
  const all = lines.map((line) => {
    if (pattern.atStart(asText(line)) === undefined) return line
    const changed = cmnt ? `${asBytes(char)}${line}` : withoutStart(line, asBytes(char))
    before.push(line)
    after.push(changed)
    return changed
  })
  if (before.length === 0) return false
  const data = editedBytes(file, all.join(''))
  const extension = backupExtension(backup)
  if (extension !== undefined) await copyBeside(ctx, path, extension)
  await putContent(ctx, path, data)
  return linesDifference(before, after)
}

/** The pattern with its anchors outside of a group; that of comments with the character in front. */
function linePattern(regex: string, char: string, cmnt: boolean): string {
  const bare = regex.replace(/^\^+/, '').replace(/\$+$/, '')
  const end = regex.endsWith('$') ? '$' : ''
  if (!cmnt) return `^${char}\\s*(${bare})${end}`
  return `${regex.startsWith('^') ? '^' : ''}(${bare})${end}`
}

/** A text without the characters of a set at its beginning (`str.lstrip`). */
export function withoutStart(text: string, characters: string): string {
  let at = 0
  while (at < text.length && characters.includes(text.charAt(at))) at++
  return text.slice(at)
}
