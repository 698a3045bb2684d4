// SPDX-License-Identifier: Apache-2.0
import { resolve } from 'node:path'
import { isSaltenv, type Saltenv } from '@halite/core'

/** Stands in `file_roots` for every environment that has no entry; in its directories it is replaced by the name. */
export const anyEnvironment = '__env__'

/** `file_roots`: directories by environment. */
export type FileRoots = Readonly<Record<string, readonly string[]>>

/** The directories of an environment in the order they are searched; none when it does not exist. */
export function rootsOf(fileRoots: FileRoots, saltenv: Saltenv): readonly string[] {
  if (Object.hasOwn(fileRoots, saltenv)) return absolute(fileRoots[saltenv])
  const any = Object.hasOwn(fileRoots, anyEnvironment) ? fileRoots[anyEnvironment] : undefined
  return absolute(any).map((root) => root.replaceAll(anyEnvironment, saltenv))
}

/** The environments that `file_roots` names, sorted; those whose names nobody could ask for are left out. */
export function environmentsOf(fileRoots: FileRoots): readonly Saltenv[] {
  return Object.keys(fileRoots).filter(isSaltenv).sort()
}

function absolute(roots: readonly string[] = []): readonly string[] {
  return roots.map((root) => resolve(root))
}
