// SPDX-License-Identifier: Apache-2.0
import { type Clock, isRecord, type Jid, unpack } from '@halite/core'
import { loads, type Publish, type PublishReply, type WireEvent } from '@halite/protocol'
import type { EventBus } from '../events.ts'

/** What the job goes through. */
export interface AskMinionsContext {
  readonly events: EventBus
  readonly clock: Clock
  /** Publishes in the name of the master; `listen` is called before anything can return. */
  readonly publish: (request: Publish, listen: (jid: Jid) => void) => Promise<PublishReply>
  /** How long minions that have not returned are waited for, in seconds. */
  readonly timeoutSeconds: number
}

/** Runs a function on minions; resolves to what each returned, id → return, once all have, or the time is up. */
export async function askMinions(
  { events, clock, publish, timeoutSeconds }: AskMinionsContext,
  request: Publish,
): Promise<ReadonlyMap<string, unknown>> {
  const returned = new Map<string, unknown>()
  const waiting = new Set<unknown>()
  const over = new AbortController()
  let isPublished = false
  const take = (arrived: readonly WireEvent[]) => {
    for (const { data } of arrived) {
      if (!isRecord(data) || !(data['return'] instanceof Uint8Array)) continue
      returned.set(String(data['id']), unpack(data['return'], loads.returnLimits))
      waiting.delete(data['id'])
    }
    if (isPublished && waiting.size === 0) over.abort()
  }
  const owner = {}
  try {
    const listen = (jid: Jid) => events.subscribe(owner, `salt/job/${jid}/ret/`, take)
    const { minions, absent } = await publish(request, listen)
    const away = new Set(absent.map(({ id }) => id))
    for (const id of minions) if (!away.has(id) && !returned.has(id)) waiting.add(id)
    isPublished = true
    if (waiting.size > 0) await clock.sleep(timeoutSeconds * 1000, over.signal).catch(() => undefined)
  } finally {
    events.forget(owner)
  }
  return returned
}
