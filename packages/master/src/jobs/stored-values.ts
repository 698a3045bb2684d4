// SPDX-License-Identifier: Apache-2.0
import { messageOf, schema, unpack } from '@halite/core'
import type { ListedJob, StoredJob, StoredReturn } from '@halite/loader'
import { loads } from '@halite/protocol'

/* The values of the job store, as they are read back. A value that a minion returned stays packed inside its record. */

const { anything, binary, boolean, either, integer, jobId, listOf, optional, record, text } = schema

const maxMinions = 1_000_000

const jobSchema = record({
  jid: jobId,
  fun: either(text(), listOf(text())),
  arg: listOf(anything),
  tgt: anything,
  tgt_type: text(),
  user: text(),
  metadata: optional(anything),
})

const targetSchema = record({
  minions: listOf(text(), maxMinions),
  batch: optional(
    record({
      missing: optional(listOf(record({ id: text(), status: text(), reason: text() }), maxMinions)),
    }),
  ),
})

const returnSchema = record({
  return: binary(Number.MAX_SAFE_INTEGER),
  retcode: integer(-(2 ** 31), 2 ** 32),
  success: boolean,
  out: optional(text()),
})

const noLimits = { maxBytes: Number.MAX_SAFE_INTEGER, maxDepth: 512 }

/** A stored return whose value is still packed, for readers that only forward it. */
export interface PackedReturn {
  readonly id: string
  readonly return: Uint8Array
  readonly retcode: number
  readonly success: boolean
  readonly out?: string
}

/** What was published, without the minions it was for. */
export function decodeJob(bytes: Buffer): ListedJob {
  return jobSchema(unpack(bytes, noLimits), 'job') as ListedJob
}

/** The minions a job was for, and how its batch ended. */
export function decodeTarget(bytes: Buffer): Pick<StoredJob, 'minions' | 'batch'> {
  return targetSchema(unpack(bytes, noLimits), 'targets') as Pick<StoredJob, 'minions' | 'batch'>
}

/** A return without unpacking its value. */
export function decodePacked(bytes: Buffer): Omit<PackedReturn, 'id'> {
  return returnSchema(unpack(bytes, noLimits), 'return')
}

/** A return with its value, which is read under limits: one that exceeds them is replaced by a text that says so. */
export function decodeReturn(bytes: Buffer): Omit<StoredReturn, 'id'> {
  const stored = decodePacked(bytes)
  try {
    return { ...stored, return: unpack(stored.return, loads.returnLimits) }
  } catch (error) {
    return { ...stored, return: `ERROR: the return cannot be read: ${messageOf(error)}` }
  }
}
