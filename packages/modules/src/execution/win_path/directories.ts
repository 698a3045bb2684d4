// SPDX-License-Identifier: Apache-2.0
import { win32 } from 'node:path'

/** The directories of a search path as they are compared: without empty ones and backslashes at their ends. */
export function pathDirectories(text: string): string[] {
  return text
    .split(';')
    .filter((each) => each !== '')
    .map(normalDirectory)
}

/** `C:/a\\b\\..\\` → `C:\\a`; the root of a drive keeps its backslash. */
export function normalDirectory(path: string): string {
  const normal = win32.normalize(path)
  return /^[A-Za-z]:\\$/.test(normal) ? normal : normal.replace(/\\+$/, '')
}

/**
 * The list with `directory` at `index`, which counts from the end when it is negative, and moves one that is elsewhere; without an
 * index it is added at its end when it is missing. The list itself when there is nothing to do.
 */
export function withDirectory(
  all: readonly string[],
  directory: string,
  index: number | undefined,
): readonly string[] {
  const current = placeOf(all, directory)
  if (index === undefined) return current === -1 ? [...all, directory] : all
  const others = all.filter((_, at) => at !== current)
  const wanted = index < 0 ? Math.max(0, others.length + 1 + index) : Math.min(index, others.length)
  return wanted === current ? all : [...others.slice(0, wanted), directory, ...others.slice(wanted)]
}

/** The list without `directory`; the list itself when it is not there. */
export function withoutDirectory(all: readonly string[], directory: string): readonly string[] {
  const lower = directory.toLowerCase()
  return placeOf(all, directory) === -1 ? all : all.filter((each) => each.toLowerCase() !== lower)
}

function placeOf(all: readonly string[], directory: string): number {
  return all.findIndex((each) => each.toLowerCase() === directory.toLowerCase())
}
