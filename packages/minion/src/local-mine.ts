// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type DataMap, mapOf, pack, schema, systemCodeOf, unpack, writeFileAtomicAsync } from '@halite/core'
import type { MineContext } from '@halite/loader'
import { compileTarget, isTargetType, type MinionFacts, type Nodegroups } from '@halite/targeting'

/** Whose mine, and where it lies. */
export interface LocalMineOptions {
  readonly cachedir: string
  readonly facts: MinionFacts
  readonly nodegroups: Nodegroups
}

const { anything, listOf, record, text } = schema
const fileSchema = listOf(record({ name: text(255), data: anything }))
type Items = Map<string, unknown>

/** The mine of a minion without a master: its own data, in `<cachedir>/mine_cache.p`. Whom it allows is nobody's affair. */
export function localMine({ cachedir, facts, nodegroups }: LocalMineOptions): MineContext {
  const path = join(cachedir, 'mine_cache.p')
  const change = async (apply: (items: Items) => void): Promise<true> => {
    const items = await read(path)
    apply(items)
    const listed = [...items].map(([name, data]) => ({ name, data }))
    await writeFileAtomicAsync(path, pack(listed), { mode: 0o600 })
    return true
  }
  return {
    get: async (tgt, fun, tgtType) => {
      if (!isTargetType(tgtType)) return {}
      const isMine = compileTarget({ tgt, tgtType, nodegroups }).matches(facts)
      return isMine ? found(await read(path), fun, facts.id) : {}
    },
    put: (entries, clear) =>
      change((items) => {
        if (clear) items.clear()
        for (const { name, data } of entries) items.set(name, data)
      }),
    delete: (name) => change((items) => items.delete(name)),
    flush: () => change((items) => items.clear()),
  }
}

function found(items: Items, fun: string | readonly string[], id: string): DataMap {
  const names = typeof fun === 'string' ? [...new Set(fun.split(','))] : fun
  const isByName = typeof fun !== 'string' || names.length > 1
  const there = names.filter((name) => items.has(name))
  if (!isByName) return mapOf(there.map((name) => [id, items.get(name)]))
  return mapOf(there.map((name) => [name, mapOf([[id, items.get(name)]])]))
}

async function read(path: string): Promise<Items> {
  try {
    const listed = fileSchema(unpack(await readFile(path)), 'mine_cache')
    return new Map(listed.map(({ name, data }) => [name, data]))
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return new Map()
    throw error
  }
}
