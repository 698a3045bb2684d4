// SPDX-License-Identifier: Apache-2.0
import { type Decoded, schema } from '@halite/core'
import { epochSchema } from './publication.ts'

export { epochSchema } from './publication.ts'

const {
  anyMap,
  anything,
  binary,
  boolean,
  bytes,
  either,
  integer,
  jobId,
  listOf,
  minionId,
  number,
  oneOf,
  optional,
  record,
  text,
} = schema

/** Most bytes of a single return, packed. */
export const maxReturnBytes = 64 * 1024 * 1024

const target = either(text(65_536), listOf(text(255)))
const functions = either(text(255), listOf(text(255), 100))
const targetType = oneOf(
  'glob',
  'pcre',
  'list',
  'grain',
  'grain_pcre',
  'pillar',
  'pillar_pcre',
  'pillar_exact',
  'ipcidr',
  'range',
  'nodegroup',
  'compound',
)

/** A job as the minion gets it: the load of a publication or of a `job` push. Field names are Salt's. */
export const jobSchema = record({
  jid: jobId,
  fun: functions,
  arg: listOf(anything),
  tgt: target,
  tgt_type: targetType,
  ret: text(1024),
  user: text(255),
  delimiter: optional(text(8)),
  master_id: optional(text(255)),
  /** Nodegroups the target names, so that both sides resolve the same. */
  nodegroups: optional(anyMap),
})
export type Job = Decoded<typeof jobSchema>

/** `_open`: first request of a minion's session. */
export const openSchema = record({
  grains: optional(anyMap),
})

/** Answer to `_open`. */
export const openReplySchema = record({
  /** What to subscribe to for probes of this session. */
  topic: bytes(16),
  publishPort: integer(1, 65_535),
  epoch: epochSchema,
  /** Seconds between heartbeats of the master when nothing else is published. */
  heartbeat: number(0.05, 3600),
  masterId: text(255),
})
export type OpenReply = Decoded<typeof openReplySchema>

/** `_return`: the result of a job. `return` is packed, so that only who shows it unpacks it. */
export const returnSchema = record({
  jid: jobId,
  fun: functions,
  fun_args: listOf(anything),
  return: binary(maxReturnBytes),
  retcode: integer(-(2 ** 31), 2 ** 32),
  success: boolean,
  out: optional(text(64)),
})
export type JobReturn = Decoded<typeof returnSchema>

/** `_started`: the job was received and runs; sent when it takes longer than a moment. */
export const startedSchema = record({ jid: jobId })
/** `_confirm`: a publication or probe arrived: the publish path works, and this epoch is held. */
export const confirmSchema = record({ epoch: optional(bytes(16)) })
/** `_missed`: job publications after number `after` of this epoch did not arrive. */
export const missedSchema = record({ epoch: bytes(16), after: integer() })
/** `_grains`: the minion's grains changed. */
export const grainsSchema = record({ grains: anyMap })
/** `_minion_event`: an event of the minion's own namespace. */
export const minionEventSchema = record({ tag: text(255), data: anything })
export const emptySchema = record({})

/** `publish`: a job from a local client. */
export const publishSchema = record({
  fun: functions,
  arg: listOf(anything),
  tgt: target,
  tgt_type: targetType,
  ret: optional(text(1024)),
  jid: optional(jobId),
  delimiter: optional(text(8)),
  /** Seconds the caller waits; a minion that reconnects later than that (plus gather_job_timeout) is not given the job. */
  timeout: optional(number(0, 86_400)),
  /** Push the job's events to this session, from before the first return can arrive. */
  listen: optional(boolean),
  /** Only say which minions it would reach. */
  preview: optional(boolean),
})
export type Publish = Decoded<typeof publishSchema>

/** Why a targeted minion will not answer, known when the job is published. */
export const absenceSchema = record({ id: minionId, reason: text(255) })

/** Answer to `publish`. With no match `jid` is absent and `minions` empty. */
export const publishReplySchema = record({
  jid: optional(jobId),
  minions: listOf(minionId),
  /** Those among `minions` that have no live session, with the reason. */
  absent: listOf(absenceSchema),
  /** Ids a list target names that the master holds no accepted key of. */
  unknown: listOf(text(255)),
})
export type PublishReply = Decoded<typeof publishReplySchema>

/** `subscribe`: push every event whose tag begins with `prefix`. */
export const subscribeSchema = record({ prefix: text(255) })

/** One event as it is pushed: `events` push carries a list of them. */
export const eventSchema = record({ tag: text(512), data: anything })
export type WireEvent = Decoded<typeof eventSchema>
export const eventsSchema = listOf(eventSchema)

/** `wheel` and `runner`: a function of the master itself. */
export const callSchema = record({ fun: text(255), arg: listOf(anything), kwarg: anyMap })
export type MasterCall = Decoded<typeof callSchema>

/** `job_returns`: what is stored of a job. */
export const jobReturnsSchema = record({ jid: jobId })

/** `job_state`: how a job stands with these minions. */
export const jobStateSchema = record({ jid: jobId, ids: listOf(minionId, 1_000_000) })
