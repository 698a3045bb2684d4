// SPDX-License-Identifier: Apache-2.0
import { type Clock, isRecord, type Jid, type MinionId, unpack } from '@halite/core'
import { loads, type Publish, type PublishReply, type WireEvent } from '@halite/protocol'
import type { EventBus } from '../events.ts'

/** A return under way may come a little behind the answer that the job does not run any more. */
export const returnGraceMs = 1000

/** What the question goes through. */
export interface FindJobContext {
  readonly events: EventBus
  readonly clock: Clock
  /** Publishes in the name of the master; `listen` is called before anything can return. */
  readonly publish: (request: Publish, listen: (jid: Jid) => void) => Promise<PublishReply>
  readonly timeoutMs: number
}

/** Asks minions whether they run a job; resolves to those that say so, once all have answered or the time is up. */
export async function findJob(
  { events, clock, publish, timeoutMs }: FindJobContext,
  jid: Jid,
  ids: readonly MinionId[],
): Promise<ReadonlySet<string>> {
  const running = new Set<string>()
  const waiting = new Set<unknown>(ids)
  const answered = new AbortController()
  const take = (arrived: readonly WireEvent[]) => {
    for (const { data } of arrived) {
      if (!isRecord(data) || !waiting.delete(data['id'])) continue
      if (isRunning(data['return'])) running.add(String(data['id']))
    }
    if (waiting.size === 0) answered.abort()
  }
  const owner = {}
  try {
    const question: Publish = { fun: 'saltutil.find_job', arg: [jid], tgt: [...ids], tgt_type: 'list' }
    const { absent } = await publish(question, (own) => events.subscribe(owner, `salt/job/${own}/ret/`, take))
    for (const { id } of absent) waiting.delete(id)
    if (waiting.size > 0) await clock.sleep(timeoutMs, answered.signal).catch(() => undefined)
  } finally {
    events.forget(owner)
  }
  return running
}

/** Whether an answer of `saltutil.find_job`, packed, is about a job: else it is an empty map, or the text of an error. */
function isRunning(packed: unknown): boolean {
  if (!(packed instanceof Uint8Array)) return false
  // Only a job with large arguments makes an answer that is not worth reading.
  if (packed.length > maxReadBytes) return true
  try {
    const value = unpack(packed, { maxBytes: maxReadBytes, maxDepth: loads.returnLimits.maxDepth })
    return isRecord(value) && 'jid' in value
  } catch {
    // What cannot be read says nothing.
    return false
  }
}

const maxReadBytes = 1024 * 1024
