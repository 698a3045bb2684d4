// SPDX-License-Identifier: Apache-2.0
import { setImmediate as nextTurn } from 'node:timers/promises'
import { bytesOf, type JobTables } from './job-tables.ts'

/** What every return counts beside its value: its key, and the record of a call, whose arguments are cut to this size. */
export const returnOverheadBytes = 4096
/** A minion may take so many times what the one in the middle takes, before its returns go ahead of everybody's oldest jobs. */
const timesMedian = 4

/** What is read or removed between two turns of the loop. */
const sliceKeys = 500
const sliceBytes = 4 * 1024 * 1024

type ReturnKey = [string, string]

/** How much was dropped. */
export interface Dropped {
  readonly jobs: number
  readonly returns: number
}

const nothing: Dropped = { jobs: 0, returns: 0 }

/**
 * Makes room by what single minions take: those that take far more than the one in the middle lose returns, the largest
 * taker first, each its oldest first, until the store fits or they are down to their share. A job whose only return goes
 * is dropped with it. So no minion can push out what others returned.
 */
export async function dropLargestShares(tables: JobTables, maxBytes: number): Promise<Dropped> {
  const needed = bytesOf(tables) - maxBytes
  if (needed <= 0) return nothing
  const shares = await sharesOf(tables)
  const level = levelOf([...shares.values()], needed)
  const excess = new Map<string, number>()
  for (const [id, bytes] of shares) if (bytes > level) excess.set(id, bytes - level)
  return excess.size === 0 ? nothing : dropExcess(tables, excess)
}

/** Bytes that the returns of each minion take. */
async function sharesOf(tables: JobTables): Promise<Map<string, number>> {
  const shares = new Map<string, number>()
  for await (const [[, id], bytes] of allReturns(tables)) shares.set(id, (shares.get(id) ?? 0) + bytes)
  return shares
}

/** The size to which the largest shares have to come down for `needed` bytes, but never below what is fair. */
function levelOf(shares: number[], needed: number): number {
  shares.sort((a, b) => b - a)
  const median = shares[Math.floor(shares.length / 2)] ?? 0
  const fair = median * timesMedian
  let level = Math.max(fair, shares[0] ?? 0)
  let freed = 0
  for (let above = 1; level > fair; above += 1) {
    const next = Math.max(fair, shares[above] ?? 0)
    freed += (level - next) * above
    level = next
    if (freed >= needed) return level + (freed - needed) / above
  }
  return level
}

/** Drops the oldest returns of these minions until each has lost its excess. */
async function dropExcess(tables: JobTables, excess: Map<string, number>): Promise<Dropped> {
  const dropped: ReturnKey[] = []
  for await (const [key, bytes] of allReturns(tables)) {
    const [, id] = key
    const left = excess.get(id)
    if (left === undefined) continue
    if (left > bytes) excess.set(id, left - bytes)
    else excess.delete(id)
    dropped.push(key)
    if (excess.size === 0) break
  }
  let jobs = 0
  for (let at = 0; at < dropped.length; at += sliceKeys) {
    jobs += await dropReturns(tables, dropped.slice(at, at + sliceKeys))
  }
  return { jobs, returns: dropped.length }
}

async function dropReturns(
  { jobs, targets, returns }: JobTables,
  keys: readonly ReturnKey[],
): Promise<number> {
  const lonely = keys.filter(([jid]) => {
    return [...returns.getKeys({ start: [jid, ''], end: [`${jid}\0`, ''], limit: 2 })].length === 1
  })
  await Promise.all([
    ...keys.map((key) => returns.remove(key)),
    ...lonely.flatMap(([jid]) => [jobs.remove(jid), targets.remove(jid)]),
  ])
  return lonely.length
}

/** Every return with the bytes it counts, oldest job first; others get their turn between slices. */
async function* allReturns({ returns }: JobTables): AsyncGenerator<[ReturnKey, number]> {
  let start: ReturnKey = ['', '']
  for (;;) {
    const slice: [ReturnKey, number][] = []
    let bytes = 0
    for (const { key, value } of returns.getRange({ start, limit: sliceKeys })) {
      slice.push([key, value.length + returnOverheadBytes])
      bytes += value.length
      if (bytes > sliceBytes) break
    }
    const last = slice.at(-1)
    if (last === undefined) return
    yield* slice
    start = [last[0][0], `${last[0][1]}\0`]
    await nextTurn()
  }
}
