// SPDX-License-Identifier: Apache-2.0
import { type Clock, equal, isMap, valueAt } from '@halite/core'
import type { EventsWish } from '@halite/loader'
import type { WireEvent } from '@halite/protocol'
import { compileGlob } from '@halite/targeting'
import type { EventBus } from '../events.ts'

/** Most seconds that a timer of Node can wait. */
const longest = 2_147_483

/** Waits for an event that names each of some ids, or for so many; resolves to what came, in its order. */
export async function waitForEvents(
  { events, clock }: { readonly events: EventBus; readonly clock: Clock },
  { tag, ids, key = 'id', count = 1, timeout = longest }: EventsWish,
  signal: AbortSignal,
): Promise<readonly unknown[]> {
  const waiting = [...(ids ?? [])]
  const seen: unknown[] = []
  const all = new AbortController()
  const matches = compileGlob(tag)
  const isOver = () => (ids === undefined ? seen.length >= count : waiting.length === 0)
  const take = (arrived: readonly WireEvent[]) => {
    for (const { tag: own, data } of arrived) {
      if (!matches(own)) continue
      if (ids === undefined) seen.push(own)
      for (const named of namedIn(data, key)) {
        const place = waiting.findIndex((id) => equal(id, named))
        if (place >= 0) seen.push(...waiting.splice(place, 1))
      }
    }
    if (isOver()) all.abort()
  }
  const owner = {}
  try {
    events.subscribe(owner, tag.split(/[*?[]/, 1)[0] ?? '', take)
    if (!isOver())
      await clock
        .sleep(Math.min(timeout, longest) * 1000, AbortSignal.any([signal, all.signal]))
        .catch(() => undefined)
  } finally {
    events.forget(owner)
  }
  return seen
}

/** What an event names in a field: one value, or each of a list. */
function namedIn(data: unknown, key: string): readonly unknown[] {
  if (!isMap(data)) return []
  const inner = valueAt(data, 'data')
  const value = valueAt(data, key) ?? (isMap(inner) ? valueAt(inner, key) : undefined)
  if (value === undefined || value === null) return []
  return Array.isArray(value) ? value : [value]
}
