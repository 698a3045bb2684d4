// SPDX-License-Identifier: Apache-2.0
import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, isAbsolute, resolve } from 'node:path'

export interface FindOptions {
  /** The search path; default: ours. */
  readonly path?: string | undefined
  /** What a name with a slash is relative to; default: our working directory. */
  readonly cwd?: string | undefined
}

/**
 * The full path of a program, as a shell finds it: a name with a slash as it stands, any other in the search path.
 * Undefined when there is no file that we may execute. On Windows the extensions of `PATHEXT` are tried as well.
 */
export function findProgram(name: string, options: FindOptions = {}): string | undefined {
  if (name === '') return undefined
  for (const place of places(name, options)) {
    const found = withExtensions(place).find(isExecutable)
    if (found !== undefined) return found
  }
  return undefined
}

const defaultPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

function places(name: string, { path, cwd }: FindOptions): string[] {
  if (isAbsolute(name)) return [name]
  const base = cwd ?? process.cwd()
  if (name.includes('/') || (process.platform === 'win32' && name.includes('\\')))
    return [resolve(base, name)]
  const directories = (path ?? process.env.PATH ?? defaultPath)
    .split(delimiter)
    .filter((entry) => entry !== '')
  return directories.map((directory) => resolve(base, directory, name))
}

function withExtensions(file: string): string[] {
  if (process.platform !== 'win32') return [file]
  const extensions = (process.env.PATHEXT ?? '.COM;.EXE;.BAT;.CMD').split(';').filter((entry) => entry !== '')
  const lower = file.toLowerCase()
  if (extensions.some((extension) => lower.endsWith(extension.toLowerCase()))) return [file]
  return extensions.map((extension) => file + extension)
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    return false
  }
}
