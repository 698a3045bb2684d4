// SPDX-License-Identifier: Apache-2.0
import { isAbsolute, join, relative } from 'node:path'
import { pythonStr, SaltError } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { walk } from '../file/walk.ts'
import { matchingPaths } from '../parts/matching-paths.ts'
import { ZipWriter } from './zip-writer.ts'

/** Paths as they are given, a text of several separated by commas; shell patterns are what they match. */
export async function expandedSources(ctx: ExecContext, given: unknown): Promise<readonly string[]> {
  const expanded = await Promise.all(
    namesOf(given).map((source) => (/[*?[]/.test(source) ? matchingPaths(ctx, source) : [source])),
  )
  return expanded.flat()
}

/** A list of texts, from a list or from a text separated by commas. */
export function namesOf(given: unknown): readonly string[] {
  if (given === undefined || given === null) return []
  if (Array.isArray(given)) return given.map(pythonStr)
  return pythonStr(given)
    .split(',')
    .map((name) => name.trim())
}

interface ZipSources {
  readonly sources: readonly string[]
  /** Names are relative to it; else to the top of the file system. */
  readonly cwd: string | undefined
}

/** Writes a zip archive of files and directories. Returns the names of its members. */
export async function writeZip(
  ctx: ExecContext,
  path: string,
  { sources, cwd }: ZipSources,
): Promise<readonly string[]> {
  if (cwd === undefined && sources.some((source) => !isAbsolute(source)))
    throw new SaltError('ARGUMENTS_INVALID', "Relative paths require the 'cwd' parameter")
  if (cwd !== undefined && !isAbsolute(cwd)) throw new SaltError('ARGUMENTS_INVALID', 'cwd must be absolute')
  const part = `${path}.${crypto.randomUUID()}.part`
  const names: string[] = []
  try {
    await ctx.fs.write(part, '', { durable: false })
    const writer = new ZipWriter((bytes) => ctx.fs.append(part, bytes))
    const add = async (file: string, name: string) => {
      const facts = await ctx.fs.stat(file)
      if (facts === undefined) return
      const isDirectory = facts.type === 'directory'
      const content = isDirectory ? Buffer.alloc(0) : await ctx.fs.read(file)
      names.push(isDirectory ? `${name}/` : name)
      await writer.add({
        name: isDirectory ? `${name}/` : name,
        content,
        mode: facts.mode,
        mtimeMs: facts.mtimeMs,
      })
    }
    for await (const file of filesOf(ctx, { sources, cwd })) {
      const name = relative(cwd !== undefined && file.startsWith(cwd) ? cwd : '/', file)
      if (name !== '') await add(file, name)
    }
    await writer.finish()
    await ctx.fs.rename(part, path)
    return names
  } finally {
    await ctx.fs.remove(part)
  }
}

/** The files and directories of an archive, each directory before what it holds. */
async function* filesOf(ctx: ExecContext, { sources, cwd }: ZipSources): AsyncGenerator<string> {
  for (const source of sources) {
    const full = cwd === undefined ? source : join(cwd, source)
    if (!(await ctx.fs.isDirectory(full))) {
      yield full
      continue
    }
    for await (const directory of walk(ctx, full)) {
      yield directory.path
      for (const file of directory.files) yield join(directory.path, file)
    }
  }
}
