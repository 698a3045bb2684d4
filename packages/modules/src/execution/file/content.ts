// SPDX-License-Identifier: Apache-2.0
import { SaltError } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { expandUser } from './paths.ts'
import { atPlace } from './place.ts'
import { editedPath, putContent } from './put.ts'

/** The content of a file. Rejects with COMMAND_FAILED where there is none: a pipe might never end. */
export async function contentOf(ctx: ExecContext, given: string): Promise<Buffer> {
  const path = await expandUser(ctx, given)
  await fileAt(ctx, path)
  return ctx.fs.read(path)
}

/** Facts of a file. Rejects with COMMAND_FAILED for what is none. */
export async function fileAt(ctx: ExecContext, path: string) {
  const facts = await ctx.fs.stat(path)
  if (facts === undefined) throw new SaltError('COMMAND_FAILED', `File not found: ${path}`)
  if (facts.type === 'directory') throw new SaltError('COMMAND_FAILED', `${path} is a directory, and no file`)
  if (facts.type !== 'file') throw new SaltError('COMMAND_FAILED', `${path} is no plain file`)
  return facts
}

/** Puts lines behind what a file holds, in one write; a line that has no end yet is given one. */
export async function appendLines(
  ctx: ExecContext,
  given: string,
  lines: readonly string[],
): Promise<string> {
  const path = await expandUser(ctx, given)
  await fileAt(ctx, path)
  const work = async (place: string) => {
    const { size } = await fileAt(ctx, place)
    const last = size === 0 ? undefined : (await ctx.fs.readRange(place, size - 1, 1)).toString('latin1')
    const start = last === undefined || last === '\n' ? '' : '\n'
    await ctx.fs.append(place, `${start}${joined(lines)}`)
  }
  await atPlace(ctx, path, { followLinks: true, work })
  return `Wrote ${lines.length} lines to "${path}"`
}

/** Puts lines before what a file holds; one that is not there is made. */
export async function prependLines(
  ctx: ExecContext,
  given: string,
  lines: readonly string[],
): Promise<string> {
  const path = await editedPath(ctx, given)
  const isThere = (await ctx.fs.stat(path)) !== undefined
  const content = isThere ? await contentOf(ctx, path) : Buffer.alloc(0)
  await putContent(ctx, path, Buffer.concat([Buffer.from(joined(lines)), content]))
  return `Prepended ${lines.length} lines to "${await expandUser(ctx, given)}"`
}

/** Makes lines the content of a file. */
export async function writeLines(ctx: ExecContext, given: string, lines: readonly string[]): Promise<string> {
  const path = await expandUser(ctx, given)
  await putContent(ctx, path, Buffer.from(joined(lines)))
  return `Wrote ${lines.length} lines to "${path}"`
}

function joined(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('')
}
