// SPDX-License-Identifier: Apache-2.0
import { systemCodeOf } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { fnmatch, Regex } from '@halite/targeting'
import { withoutStart } from './comment-line.ts'
import { textOf } from './lines.ts'
import { expandUser } from './paths.ts'
import { universalLines } from './text-file.ts'

/** Whether a file holds a text, blanks around it aside; false for what cannot be read. */
export async function containsText(ctx: ExecContext, path: string, text: string): Promise<boolean> {
  return (await dataOf(ctx, path))?.includes(text.trim()) ?? false
}

/** Whether a pattern matches in one of the lines, without the characters of `lchar` at their beginning. */
export async function containsRegex(
  ctx: ExecContext,
  path: string,
  { regex, lchar }: { readonly regex: string; readonly lchar: string },
): Promise<boolean> {
  const pattern = new Regex(regex)
  const data = await dataOf(ctx, path)
  if (data === undefined) return false
  return universalLines(textOf(data)).some((line) => pattern.test(withoutStart(line, lchar)))
}

/** Whether the content as a whole matches a shell pattern. */
export async function containsGlob(ctx: ExecContext, path: string, glob: string): Promise<boolean> {
  const data = await dataOf(ctx, path)
  return data !== undefined && data.length > 0 && fnmatch(textOf(data), glob)
}

async function dataOf(ctx: ExecContext, given: string): Promise<Buffer | undefined> {
  const path = await expandUser(ctx, given)
  if ((await ctx.fs.stat(path))?.type !== 'file') return undefined
  try {
    return await ctx.fs.read(path)
  } catch (error) {
    if (systemCodeOf(error) === undefined) throw error
    return undefined
  }
}
