// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path'
import { compareText, type DataMap, mapOf } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { outputOf, showFormat } from './programs.ts'

/** Name → versions, sorted. */
export type Versions = ReadonlyMap<string, readonly string[]>

/** The packages that dpkg knows. */
export interface Inventory {
  readonly installed: Versions
  /** Their configuration is still there. */
  readonly removed: Versions
  /** To be purged, and kept because others need them. */
  readonly purgeDesired: Versions
}

interface Kept {
  readonly stamp: string
  readonly inventory: Inventory
}

const memoKey = 'aptpkg.inventory'

/** What is installed now. It is kept for the job, for as long as the file is the same in which dpkg notes it. */
export async function readInventory(ctx: ExecContext): Promise<Inventory> {
  const stamp = await stampOf(ctx)
  // What lies there was put there below.
  const kept = ctx.memo.get(memoKey) as Kept | undefined
  if (stamp !== undefined && kept?.stamp === stamp) return kept.inventory
  const format = showFormat(['Status', 'Package', 'Version', 'Architecture'])
  const text = await outputOf(ctx, ['dpkg-query', format, '-W'])
  const inventory = inventoryIn(text, ctx.grains)
  if (stamp !== undefined) ctx.memo.set(memoKey, { stamp, inventory } satisfies Kept)
  return inventory
}

/** The lines of `dpkg-query`: three words of status, name, version, architecture. */
export function inventoryIn(text: string, grains: ExecContext['grains']): Inventory {
  const lists = { installed: new Lists(), removed: new Lists(), purgeDesired: new Lists() }
  for (const line of text.split('\n')) {
    const [wanted, , status, name, version, architecture] = line.split(' ')
    if (wanted === undefined || name === undefined || !version || architecture === undefined) continue
    const shown = `${name}${suffixOf(architecture, grains)}`
    const isThere = status === 'installed' || status === 'half-installed'
    if ((wanted === 'install' || wanted === 'hold') && isThere) lists.installed.add(shown, version)
    else if (wanted === 'deinstall') lists.removed.add(shown, version)
    else if (wanted === 'purge' && status === 'installed') lists.purgeDesired.add(shown, version)
  }
  const { installed, removed, purgeDesired } = lists
  return {
    installed: installed.sorted(),
    removed: removed.sorted(),
    purgeDesired: purgeDesired.sorted(),
  }
}

/** Name → versions with commas between, or as lists. */
export function shownVersions(versions: Versions, asLists: boolean): DataMap {
  return mapOf([...versions].map(([name, list]) => [name, asLists ? [...list] : list.join(',')]))
}

/** Of two lists: name → `old` and `new` version, empty where there is none. */
export function changesBetween(before: Versions, after: Versions): Map<string, { old: string; new: string }> {
  const names = [...new Set([...before.keys(), ...after.keys()])].sort(compareText)
  return new Map(
    names.flatMap((name) => {
      const change = { old: textOf(before, name), new: textOf(after, name) }
      return change.old === change.new ? [] : [[name, change]]
    }),
  )
}

/** The versions of one, with commas between; empty when there are none. */
export function textOf(versions: Versions, name: string): string {
  return versions.get(name)?.join(',') ?? ''
}

/** dpkg replaces the file with each change. */
async function stampOf(ctx: ExecContext): Promise<string | undefined> {
  const found = await ctx.fs.stat(join(process.env['DPKG_ADMINDIR'] ?? '/var/lib/dpkg', 'status'))
  return found && `${found.ino} ${found.mtimeMs} ${found.ctimeMs} ${found.size}`
}

/** Packages of a foreign architecture have it behind their name. */
function suffixOf(architecture: string, grains: ExecContext['grains']): string {
  const isForeign = architecture !== 'all' && grains['osarch'] === 'amd64' && architecture !== 'amd64'
  return isForeign && grains['cpuarch'] === 'x86_64' ? `:${architecture}` : ''
}

class Lists {
  readonly #versions = new Map<string, Set<string>>()

  add(name: string, version: string): void {
    const versions = this.#versions.get(name)
    if (versions === undefined) this.#versions.set(name, new Set([version]))
    else versions.add(version)
  }

  sorted(): Versions {
    return new Map([...this.#versions].map(([name, versions]) => [name, [...versions].sort(compareText)]))
  }
}
