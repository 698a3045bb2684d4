// SPDX-License-Identifier: Apache-2.0
import { messageOf, pack, unpack } from '@halite/core'
import type { FunctionResult } from '@halite/loader'
import { loads } from '@halite/protocol'

/** A result as it travels: the value packed. */
export interface PackedResult {
  readonly return: Uint8Array
  readonly retcode: number
  readonly success: boolean
  readonly out: string | undefined
}

/** Packs a result; a value that cannot be packed, or is too large or too deep to be read again, becomes an error that says so. */
export function packResult(result: FunctionResult): PackedResult {
  try {
    const packed = pack(result.return)
    if (packed.length > loads.maxReturnBytes) {
      return failedResult(
        `ERROR: the return of ${packed.length} bytes is over the limit of ${loads.maxReturnBytes} bytes`,
      )
    }
    unpack(packed, loads.returnLimits)
    return { return: packed, retcode: result.retcode, success: result.success, out: result.out }
  } catch (error) {
    return failedResult(`ERROR: the return cannot be sent: ${messageOf(error)}`)
  }
}

/** A result that is only a text about what went wrong. */
export function failedResult(text: string): PackedResult {
  return { return: pack(text), retcode: 1, success: false, out: 'nested' }
}
