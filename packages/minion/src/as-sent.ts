// SPDX-License-Identifier: Apache-2.0
import { Float, isRecord, messageOf, pack, unpack } from '@halite/core'
import type { FunctionResult } from '@halite/loader'

const noLimits = {
  maxBytes: Number.MAX_SAFE_INTEGER,
  maxDepth: 512,
  maxValues: Number.MAX_SAFE_INTEGER,
}
/** What is deeper is packed and unpacked, which has its own limit. */
const mostLevels = 100

/** The result as a job's would arrive: what is shown here is what a master would be sent. */
export function asSent(result: FunctionResult): FunctionResult {
  if (arrivesAsItIs(result.return, 0)) return result
  try {
    return { ...result, return: unpack(pack(result.return), noLimits) }
  } catch (error) {
    return {
      ...result,
      return: `ERROR: the return cannot be sent: ${messageOf(error)}`,
      retcode: 1,
      success: false,
    }
  }
}

/** Whether a value has the form in which it would arrive. Nearly all have, and are neither packed nor unpacked. */
function arrivesAsItIs(value: unknown, level: number): boolean {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return true
  if (typeof value === 'number') return Number.isSafeInteger(value) || !Number.isInteger(value)
  if (level > mostLevels || typeof value !== 'object') return false
  if (value instanceof Float) return true
  if (Array.isArray(value))
    return (
      Object.getPrototypeOf(value) === Array.prototype &&
      value.every((item) => arrivesAsItIs(item, level + 1))
    )
  return isRecord(value) && Object.values(value).every((item) => arrivesAsItIs(item, level + 1))
}
