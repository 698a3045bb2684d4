// SPDX-License-Identifier: Apache-2.0
import { type Decoded, schema } from '@halite/core'
import { functions, maxReturnBytes, target, targetType } from './bounds.ts'

const {
  anyMap,
  anything,
  binary,
  boolean,
  extensibleRecord,
  integer,
  jobId,
  listOf,
  optional,
  record,
  text,
} = schema

const jobSchema = extensibleRecord({
  jid: jobId,
  fun: functions,
  arg: listOf(anything),
  tgt: target,
  tgt_type: targetType,
  ret: text(1024),
  user: text(255),
  delimiter: optional(text(8)),
  master_id: optional(text(255)),
  /** Nodegroups that the target names, so that both sides resolve it alike. */
  nodegroups: optional(anyMap),
  /** `metadata` of the caller. */
  metadata: optional(anything),
  /** Whether the minion reports the start of the job. */
  start_event: optional(boolean),
})
/** A job as a minion receives it: the load of a publication or of a `job` push. Field names are Salt's. */
export type Job = Decoded<typeof jobSchema>

const returnSchema = record({
  jid: jobId,
  return: binary(maxReturnBytes),
  retcode: integer(-(2 ** 31), 2 ** 32),
  success: boolean,
  out: optional(text(64)),
})
/** The result of a job. `return` is packed, so that it is unpacked only for display; it is a view into the frame. */
export type JobReturn = Decoded<typeof returnSchema>

const calledSchema = record({
  jid: jobId,
  return: binary(maxReturnBytes),
  retcode: integer(-(2 ** 31), 2 ** 32),
  success: boolean,
  out: optional(text(64)),
  fun: functions,
  fun_args: listOf(anything),
})
/** A function that `salt-call` or the minion itself called, and its result. */
export type CallReturn = Decoded<typeof calledSchema>

const startedSchema = record({ jid: jobId })

/** Loads of jobs and their returns, between the master and a minion. */
export const jobLoads = {
  /** Load of a job publication and of the push `job`. */
  jobSchema,
  /** `_return`: the result of a job. */
  returnSchema,
  /** `_call`: what was called on the minion itself, and its result. */
  calledSchema,
  /** `_started`: the job was received and runs; sent when it takes longer than a moment. */
  startedSchema,
} as const
