// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isRecord, version, writeFileAtomic } from '@halite/core'
import { checkDescription, type ModuleDescription, type SiteModule } from '@halite/loader'

const name = 'descriptions.json'

/**
 * What the modules of a snapshot say of themselves, as it was kept there when they were read. Undefined when nothing
 * was, when another version of this program kept it, or when a module is missing.
 */
export function keptDescriptions(
  snapshot: string,
  modules: readonly SiteModule[],
): ReadonlyMap<SiteModule, ModuleDescription> | undefined {
  const path = join(snapshot, name)
  if (!existsSync(path)) return undefined
  try {
    const kept: unknown = JSON.parse(readFileSync(path, 'utf8'))
    if (!isRecord(kept) || kept['version'] !== version) return undefined
    const { modules: descriptions } = kept
    if (!isRecord(descriptions)) return undefined
    return new Map(
      modules.map((module) => [module, checkDescription(module.kind, descriptions[module.copy])]),
    )
  } catch {
    return undefined // reading the modules again mends it
  }
}

/**
 * Keeps what modules say of themselves, by the path of their copy, in the snapshot, whose contents can never say anything
 * else. Throws the system's error.
 */
export function keepDescriptions(
  snapshot: string,
  modules: Readonly<Record<string, ModuleDescription>>,
): void {
  writeFileAtomic(join(snapshot, name), JSON.stringify({ version, modules }), { mode: 0o600, durable: false })
}
