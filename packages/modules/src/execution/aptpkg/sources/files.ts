// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path'
import { compareText } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { aptPaths } from '../paths.ts'
import { entriesIn } from './deb822.ts'
import { lineOf, parseEntry, type SourceEntry } from './entry.ts'

/** A line of a `.list` file, or a repository of a `.sources` file. */
export interface SourceLine {
  readonly file: string
  readonly text: string
  /** Absent for comments and blank lines. */
  readonly entry?: SourceEntry
  /** It lies in a file of stanzas, which is not changed here. */
  readonly isStanza?: true
}

/** Every line of the files that apt reads, in its order. */
export async function sourceLines(ctx: ExecContext): Promise<SourceLine[]> {
  const { sourcesFile, sourcesDirectory } = await aptPaths(ctx)
  const names = (await ctx.fs.isDirectory(sourcesDirectory)) ? await ctx.fs.list(sourcesDirectory) : []
  const others = [...names].filter((name) => /^[\w.-]+\.(list|sources)$/.test(name)).sort(compareText)
  const lines: SourceLine[] = []
  for (const file of [sourcesFile, ...others.map((name) => join(sourcesDirectory, name))]) {
    const text = await ctx.fs.readTextIfThere(file)
    if (text !== undefined) lines.push(...linesOf(file, text))
  }
  return lines
}

/** Writes a `.list` file, or removes one that is left without a repository. */
export async function writeLines(
  ctx: ExecContext,
  file: string,
  lines: readonly SourceLine[],
): Promise<'written' | 'removed'> {
  const { sourcesDirectory } = await aptPaths(ctx)
  const own = lines.filter((line) => line.file === file)
  if (!own.some(({ entry }) => entry !== undefined) && file.startsWith(`${sourcesDirectory}/`)) {
    await ctx.fs.remove(file)
    return 'removed'
  }
  await ctx.fs.write(file, own.map(({ text }) => `${text}\n`).join(''), { mode: 0o644 })
  return 'written'
}

function linesOf(file: string, text: string): SourceLine[] {
  if (file.endsWith('.sources'))
    return entriesIn(text).map((entry) => ({ file, text: lineOf(entry), entry, isStanza: true }))
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  return lines.map((line) => {
    const entry = parseEntry(line)
    return { file, text: line, ...(entry && { entry }) }
  })
}
