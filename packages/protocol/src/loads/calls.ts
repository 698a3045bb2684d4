// SPDX-License-Identifier: Apache-2.0
import { type Decoded, schema } from '@halite/core'

const { anyMap, anything, boolean, dataMap, extensibleRecord, listOf, optional, record, text } = schema

const emptySchema = record({})

const fireSchema = record({ tag: text(255), data: dataMap })
const subscribeSchema = record({ prefix: text(255) })

const eventSchema = extensibleRecord({ tag: text(512), data: anything })
/** One event as pushed to subscribers of a prefix of its tag. */
export type WireEvent = Decoded<typeof eventSchema>
const eventsSchema = listOf(eventSchema)

const callSchema = record({
  fun: text(255),
  arg: listOf(anything),
  kwarg: anyMap,
  /** Reply at once; the result of the function follows as an event. */
  background: optional(boolean),
})
/** A call of a function of the master: of a runner or a wheel module. */
export type MasterCall = Decoded<typeof callSchema>

/** Loads of local clients about events, and calls of functions of the master. */
export const callLoads = {
  /** Load of requests that carry nothing. */
  emptySchema,
  /** `fire_event`: an event of a local client. */
  fireSchema,
  /** `subscribe` and `unsubscribe`: events whose tag begins with `prefix`. */
  subscribeSchema,
  /** One event of the push `events`. */
  eventSchema,
  /** Load of the push `events`. */
  eventsSchema,
  /** `wheel` and `runner`: a function of the master itself. */
  callSchema,
} as const
