// SPDX-License-Identifier: Apache-2.0
import { isAbsolute, join, relative, sep } from 'node:path'
import { SaltError, systemCodeOf } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { fnmatch } from '@halite/targeting'

/** A file that is sent to the master. */
export interface Pushed {
  readonly path: string
  readonly keepSymlinks: boolean
  readonly uploadPath: string | undefined
  readonly removeSource: boolean
}

/** Sends a file to the master. Rejects when it is none, and when the master does not take it. */
export async function pushFile(ctx: ExecContext, pushed: Pushed): Promise<boolean> {
  const { fs, files } = ctx
  const path = await pathOf(ctx, pushed.path, pushed.keepSymlinks)
  if (!(await fs.isFile(path))) throw new SaltError('COMMAND_FAILED', `${path} is no plain file`)
  await files.pushFile(path, nameFor(pushed.uploadPath ?? path))
  if (pushed.removeSource) await fs.remove(path)
  return true
}

/** Sends the files of a directory, those alone whose names match `glob`. False when there is none. */
export async function pushDir(
  ctx: ExecContext,
  {
    path: given,
    glob,
    uploadPath,
  }: { path: string; glob: string | undefined; uploadPath: string | undefined },
): Promise<boolean> {
  const root = await pathOf(ctx, given, false)
  if (await ctx.fs.isFile(root)) {
    return pushFile(ctx, { path: root, keepSymlinks: false, uploadPath, removeSource: false })
  }
  const found = await filesBelow(ctx, root)
  const paths = found.filter(
    (path) => glob === undefined || fnmatch(path.slice(path.lastIndexOf(sep) + 1), glob),
  )
  for (const path of paths) {
    const target = uploadPath === undefined ? undefined : `${uploadPath}/${relative(root, path)}`
    await pushFile(ctx, { path, keepSymlinks: false, uploadPath: target, removeSource: false })
  }
  return paths.length > 0
}

/** The parts of a path on the master; a drive of Windows is none. */
function nameFor(path: string): readonly string[] {
  const parts = path
    .replace(/^[A-Za-z]:/, '')
    .split(/[/\\]/)
    .filter((part) => part !== '' && part !== '.')
  if (!parts.includes('..') && parts.length > 0) return parts
  throw new SaltError('PATH_UNSAFE', `path '${path}' is refused: the master keeps nothing there`)
}

async function pathOf({ fs }: ExecContext, path: string, keepSymlinks: boolean): Promise<string> {
  if (!isAbsolute(path) || path.split(/[/\\]/).includes('..'))
    throw new SaltError('PATH_UNSAFE', `path '${path}' is refused: it has to be absolute, without '..'`)
  if (keepSymlinks) return path
  try {
    return await fs.realPath(path)
  } catch (error) {
    if (systemCodeOf(error) !== 'ENOENT') throw error
    throw new SaltError('COMMAND_FAILED', `there is no file ${path}`, { cause: error })
  }
}

async function filesBelow(ctx: ExecContext, directory: string): Promise<string[]> {
  const found: string[] = []
  for (const name of await ctx.fs.list(directory)) {
    const path = join(directory, name)
    const type = (await ctx.fs.stat(path, { followLinks: false }))?.type
    if (type === 'directory') found.push(...(await filesBelow(ctx, path)))
    else if (type === 'file' || type === 'link') found.push(path)
  }
  return found
}
