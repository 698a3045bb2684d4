// SPDX-License-Identifier: Apache-2.0
import { fnmatch, hasWildcards } from '@halite/targeting'
import type { IncludedName } from './include.ts'
import type { Seen, SlsFiles } from './sls-files.ts'

/** The sls that a shell pattern stands for, sorted; a pattern that fits none, and a plain name, stand for themselves. */
export function namesFor(written: string, files: SlsFiles, seen: Seen): readonly string[] {
  if (!hasWildcards(written)) return [written]
  const wanted = written.replaceAll('/', '.')
  const fitting = files.names(seen).filter((name) => fnmatch(name, wanted))
  return fitting.length === 0 ? [written] : fitting
}

/** Of a name with leading dots: beside the including file if something is there, else from the root, as in Salt. */
export function namesOfInclude(
  { name, fromRoot }: IncludedName,
  files: SlsFiles,
  seen: Seen,
): readonly string[] {
  const isThere = (sls: string) => files.find(sls, seen) !== undefined
  if (fromRoot === undefined) return namesFor(name, files, seen)
  const beside = name.split('.').includes('') ? [] : namesFor(name, files, seen)
  if (beside.some(isThere)) return beside
  const others = namesFor(fromRoot, files, seen)
  return others.some(isThere) ? others : [name]
}
