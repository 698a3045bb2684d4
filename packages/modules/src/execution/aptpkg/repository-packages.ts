// SPDX-License-Identifier: Apache-2.0
import { type DataMap, mapOf } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { checkedGlob } from './names.ts'
import { runProgram } from './programs.ts'

/** The list of everything that a distribution has is long. */
const maxDumpBytes = 512 * 1024 * 1024

/** `pkg.list_repo_pkgs`: name → versions, the newest first; of all packages, or of those that words name. */
export async function repositoryPackages(
  ctx: ExecContext,
  words: readonly string[],
): Promise<Map<string, readonly string[]>> {
  const argv = words.length === 0 ? ['apt-cache', 'dump'] : ['apt-cache', 'show', ...words.map(checkedGlob)]
  const { stdout } = await runProgram(ctx, argv, { maxOutputBytes: maxDumpBytes })
  const found = new Map<string, string[]>()
  let name = ''
  for (const line of stdout.split('\n')) {
    const [, key, value = ''] = /^\s*(Package|Version):\s+(.*?)\s*$/.exec(line) ?? []
    if (key === 'Package') name = value
    if (key !== 'Version' || name === '' || value === '(null)') continue
    const versions = found.get(name) ?? []
    if (!versions.includes(value)) versions.push(value)
    found.set(name, versions)
  }
  return found
}

/** `pkg.show`: name → version → what apt knows of it, of the fields that `filter` names or all. */
export async function shownPackages(
  ctx: ExecContext,
  { names, filter }: { readonly names: readonly string[]; readonly filter: readonly string[] },
): Promise<DataMap> {
  if (names.length === 0) return {}
  const { stdout } = await runProgram(ctx, ['apt-cache', 'show', ...names.map(checkedGlob)])
  const packages = new Map<string, [string, DataMap][]>()
  for (const stanza of stdout.split(/\n\s*\n/)) {
    const fields = fieldsIn(stanza)
    const { Package: name, Version: version, ...others } = fields
    if (name === undefined || version === undefined) continue
    const wanted = Object.entries(others).filter(
      ([key]) => filter.length === 0 || filter.includes(key.toLowerCase()),
    )
    packages.set(name, [...(packages.get(name) ?? []), [version, Object.fromEntries(wanted)]])
  }
  return mapOf([...packages].map(([name, versions]) => [name, mapOf(versions)]))
}

/** Field → its first line, as Salt shows them; a line of a long description that looks like a field is none. */
function fieldsIn(stanza: string): Record<string, string> {
  const fields = stanza.split('\n').map((line) => /^([^\s:]+):\s*(.*?)\s*$/.exec(line))
  return Object.fromEntries(fields.flatMap((found) => (found ? [[found[1], found[2]]] : [])))
}
