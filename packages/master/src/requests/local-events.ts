// SPDX-License-Identifier: Apache-2.0
import { type DataMap, isRecord, SaltError, show } from '@halite/core'
import type { WireEvent } from '@halite/protocol'
import type { LocalRequestContext, LocalSession } from './local-context.ts'

/** Begins to push events whose tag begins with `prefix`; a second time changes nothing. */
export function subscribe(
  { events, locals }: LocalRequestContext,
  session: LocalSession,
  prefix: string,
): true {
  events.subscribe(session, prefix, (arrived) => {
    for (const some of inFrames(arrived)) locals.push(session, 'events', some)
  })
  return true
}

/** Ends what `subscribe` began. */
export function unsubscribe({ events }: LocalRequestContext, session: LocalSession, prefix: string): true {
  events.unsubscribe(session, prefix)
  return true
}

/** Tags the master fires itself, so that a listener can trust them. */
const ownTags = /^(?:salt|minion|syndic)(?:\/|$)|^(?:minion_start|syndic_start|auth|key)$|^\d{20}/

/** Fires an event of a local user. Throws `REQUEST_DENIED` for the tags of the master itself. */
export function fire(
  { authorise, events, log }: LocalRequestContext,
  session: LocalSession,
  { tag, data }: { readonly tag: string; readonly data: DataMap },
): true {
  const { user } = session.peer
  authorise({ user, kind: 'fire', fun: tag, arg: [data] })
  if (tag === '' || ownTags.test(tag)) {
    throw new SaltError('REQUEST_DENIED', `events with the tag ${show(tag)} are fired by the master alone`, {
      hint: 'Use a tag of your own, such as mycompany/deployed.',
    })
  }
  log.info('event fired', { user, tag })
  events.fire(tag, data)
  return true
}

/** Most bytes of returns in one push of events. */
const maxPushBytes = 8 * 1024 * 1024
/** What an event without a return is taken to need. */
const smallEventBytes = 512

/** Events in portions that fit a frame. */
function* inFrames(events: readonly WireEvent[]): Generator<readonly WireEvent[]> {
  let first = 0
  let bytes = 0
  for (const [index, { data }] of events.entries()) {
    const size = packedBytes(data)
    if (index > first && bytes + size > maxPushBytes) {
      yield events.slice(first, index)
      first = index
      bytes = 0
    }
    bytes += size
  }
  yield events.slice(first)
}

function packedBytes(data: unknown): number {
  const value = isRecord(data) ? data['return'] : undefined
  return value instanceof Uint8Array ? value.length : smallEventBytes
}
