// SPDX-License-Identifier: Apache-2.0
import type { ExecContext } from '@halite/loader'
import { unifiedDifference } from './difference.ts'
import { fileLines, isText, textOf } from './lines.ts'

/** What a file is to hold: bytes at hand, or those of another file. */
export type Content = { readonly data: Buffer } | { readonly path: string }

/** Larger texts are not compared line by line. */
const mostBytes = 16 * 2 ** 20
const headBytes = 512

/** Whether a file holds this. */
export async function holds({ fs }: ExecContext, path: string, content: Content): Promise<boolean> {
  const facts = await fs.stat(path)
  if (facts?.type !== 'file') return false
  if ('data' in content) return facts.size === content.data.length && content.data.equals(await fs.read(path))
  const other = await fs.stat(content.path)
  if (other?.size !== facts.size) return false
  if (facts.size <= mostBytes) return (await fs.read(path)).equals(await fs.read(content.path))
  return (await fs.hash(path, 'sha256')) === (await fs.hash(content.path, 'sha256'))
}

/** Names that stand in a difference. */
export interface NamedFiles {
  readonly fromFile: string
  readonly toFile: string
}

/** How a file differs from what it is to hold: a unified difference, or a sentence where one of them is no text. */
export async function differenceOf(
  ctx: ExecContext,
  path: string,
  { content, names }: { readonly content: Content; readonly names?: NamedFiles },
): Promise<string> {
  const [isOldText, isNewText] = [isText(await head(ctx, { path })), isText(await head(ctx, content))]
  if (!isOldText || !isNewText) return binaryText(isOldText, isNewText)
  const sizes = [await sizeOf(ctx, { path }), await sizeOf(ctx, content)]
  if (Math.max(...sizes) > mostBytes)
    return `Replace text file of ${sizes[0]} bytes with one of ${sizes[1]} bytes`
  const old = await ctx.fs.read(path)
  const data = 'data' in content ? content.data : await ctx.fs.read(content.path)
  return unifiedDifference(fileLines(textOf(old)), fileLines(textOf(data)), names).join('')
}

function binaryText(isOldText: boolean, isNewText: boolean): string {
  if (!isOldText && !isNewText) return 'Replace binary file'
  return isOldText ? 'Replace text file with binary file' : 'Replace binary file with text file'
}

async function head({ fs }: ExecContext, content: Content): Promise<Uint8Array> {
  return 'data' in content ? content.data : fs.readRange(content.path, 0, headBytes)
}

async function sizeOf({ fs }: ExecContext, content: Content): Promise<number> {
  return 'data' in content ? content.data.length : ((await fs.stat(content.path))?.size ?? 0)
}
