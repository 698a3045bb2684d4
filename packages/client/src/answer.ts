// SPDX-License-Identifier: Apache-2.0
import { messageOf, schema, unpack } from '@halite/core'
import { loads } from '@halite/protocol'

/** What one minion returned. */
export interface MinionReturn {
  readonly type: 'return'
  readonly id: string
  readonly ret: unknown
  readonly retcode: number
  readonly success: boolean
  /** The outputter the function asks for. */
  readonly out: string | undefined
}

/** A minion that was asked and did not return, and why. */
export interface MissingReturn {
  readonly type: 'missing'
  readonly id: string
  /** `Not connected` or `No response`, as Salt puts it; `Not run` when a batch ended before its turn. */
  readonly status: 'Not connected' | 'No response' | 'Not run'
  /** In words: what the master knows of it. */
  readonly reason: string
}

/** What becomes of one minion of a job: each has exactly one of these in the end. */
export type Answer = MinionReturn | MissingReturn

/** One minion's return with what comes beside the value. */
export interface FullReturn {
  readonly ret: unknown
  readonly retcode: number
  readonly success: boolean
  readonly jid: string
  readonly out?: string
}

/** A minion without a return, in the place of its full return: Salt's `out` and text, and the reason by itself. */
export interface NoReturn extends Pick<MissingReturn, 'status' | 'reason'> {
  /** `Minion did not return. [No response]` and the reason in the next line, as the command line shows it. */
  readonly ret: string
  readonly retcode: 1
  readonly success: false
  readonly jid: string
  readonly out: 'no_return'
}

const { boolean, integer, listOf, minionId, optional, record, text } = schema

const packedReturn = record({
  id: minionId,
  return: schema.binary(loads.maxReturnBytes),
  retcode: integer(-(2 ** 31), 2 ** 32),
  success: boolean,
  out: optional(text(64)),
})

/** Decodes stored returns, as `job_returns` answers them; the values stay packed. Throws `VALUE_MALFORMED`. */
export const packedReturns = listOf(packedReturn, 1_000_000)
type PackedReturn = ReturnType<typeof packedReturns>[number]

/** Decodes the data of an event `salt/job/<jid>/ret/<id>`. Throws `VALUE_MALFORMED`. */
export function returnOfEvent(data: unknown): PackedReturn {
  const { id, return: value, retcode, success, out } = schema.anyMap(data, 'event')
  return packedReturn({ id, return: value, retcode, success, out }, 'return')
}

/** A return with its value unpacked. A value that cannot be read is replaced by a text that says so. */
export function minionReturn({ id, return: packed, retcode, success, out }: PackedReturn): MinionReturn {
  return { type: 'return', id, ret: unpackReturn(packed), retcode, success, out }
}

/** The value a minion packed, or a text that says why it cannot be read. Never throws. */
export function unpackReturn(packed: Uint8Array): unknown {
  try {
    return unpack(packed, loads.returnLimits)
  } catch (error) {
    return `ERROR: the return cannot be read: ${messageOf(error)}`
  }
}

/** A return as the methods with `full` in their name give it. */
export function fullReturn({ ret, retcode, success, out }: MinionReturn, jid: string): FullReturn {
  return { ret, retcode, success, jid, ...(out === undefined ? {} : { out }) }
}

/** A minion without a return as the methods with `showTimeout` give it. */
export function noReturn({ status, reason }: MissingReturn, jid: string): NoReturn {
  return {
    ret: missingText(status, reason),
    retcode: 1,
    success: false,
    jid,
    out: 'no_return',
    status,
    reason,
  }
}

/** Salt's first line, and the reason in the next as a sentence, where there is one. */
export function missingText(status: MissingReturn['status'], reason: string): string {
  const first = `Minion did not return. [${status}]`
  return reason === '' ? first : `${first}\n${reason.charAt(0).toUpperCase()}${reason.slice(1)}.`
}
