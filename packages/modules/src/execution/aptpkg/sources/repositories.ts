// SPDX-License-Identifier: Apache-2.0
import { type DataMap, mapOf } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { isSameRepository, optionOf, requestedEntry, type SourceEntry } from './entry.ts'
import { sourceLines } from './files.ts'

/** `pkg.list_repos`: address → its repositories. */
export async function listRepositories(ctx: ExecContext): Promise<DataMap> {
  const found = new Map<string, DataMap[]>()
  for (const { file, text, entry } of await sourceLines(ctx)) {
    if (entry === undefined) continue
    found.set(entry.uri, [...(found.get(entry.uri) ?? []), shownEntry(entry, { file, line: text.trim() })])
  }
  return mapOf([...found])
}

/** `pkg.get_repo`: what the machine has of a repository, empty for none. Throws ARGUMENTS_INVALID. */
export async function getRepository(ctx: ExecContext, repo: string): Promise<DataMap> {
  const wanted = requestedEntry(repo)
  const found = (await sourceLines(ctx)).find(
    ({ entry }) => entry !== undefined && isSameRepository(entry, wanted) && sharesComponents(entry, wanted),
  )
  if (found?.entry === undefined) return {}
  return shownEntry(found.entry, { file: found.file, line: found.text.trim() })
}

/** A repository as functions of `pkg` show it. */
export function shownEntry(
  entry: SourceEntry,
  { file, line }: { readonly file: string; readonly line: string },
): DataMap {
  return {
    file,
    comps: [...entry.comps],
    disabled: entry.disabled,
    dist: entry.dist,
    type: entry.type,
    uri: entry.uri,
    line,
    architectures: [...optionOf(entry, 'arch')],
    signedby: optionOf(entry, 'signed-by').join(','),
  }
}

function sharesComponents(entry: SourceEntry, wanted: SourceEntry): boolean {
  return wanted.comps.length === 0 || wanted.comps.some((comp) => entry.comps.includes(comp))
}
