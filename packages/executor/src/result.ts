// SPDX-License-Identifier: Apache-2.0
import { type DecodeLimits, messageOf, pack, unpack } from '@halite/core'
import type { FunctionResult } from '@halite/loader'

/** An error as it crosses between processes. */
export interface SentError {
  readonly message: string
  /** Of an error of the catalogue. */
  readonly code?: string | undefined
  readonly hint?: string | undefined
  /** Of an error that nobody foresaw: where it comes from. */
  readonly stack?: string | undefined
}

/** A result as it travels: the value packed. */
export interface PackedResult {
  readonly return: Uint8Array
  readonly retcode: number
  readonly success: boolean
  readonly out: string | undefined
  /** The process of the job ended under it: how, as a sentence goes on. */
  readonly lost?: string | undefined
  /** Of a function of the master, or of a run of states, that failed. */
  readonly error?: SentError
}

/** What the receiver of a return reads: more bytes, levels or values are refused. */
export type ReturnLimits = Required<DecodeLimits>

/** Packs a result; a value that cannot be packed, or that the receiver would refuse, becomes an error that says so. */
export function packResult(result: FunctionResult, limits: ReturnLimits): PackedResult {
  try {
    const packed = pack(result.return)
    if (packed.length > limits.maxBytes) {
      return failedResult(
        `ERROR: the return of ${packed.length} bytes is over the limit of ${limits.maxBytes} bytes`,
      )
    }
    unpack(packed, limits)
    return { return: packed, retcode: result.retcode, success: result.success, out: result.out }
  } catch (error) {
    return failedResult(`ERROR: the return cannot be sent: ${messageOf(error)}`)
  }
}

/** A result that is only a text about what went wrong. */
export function failedResult(text: string): PackedResult {
  return { return: pack(text), retcode: 1, success: false, out: 'nested' }
}
