// SPDX-License-Identifier: Apache-2.0
import { type Decoded, schema } from '@halite/core'
import { functions, maxMinions, target, targetType } from './bounds.ts'

const {
  anything,
  boolean,
  extensibleRecord,
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

const batchSchema = record({
  /** Most minions that run the job at a time; either this or `percent`. */
  count: optional(integer(1, maxMinions)),
  /** The same as a share of the minions that are connected at the start; below one minion it is one. */
  percent: optional(number(0, 1_000_000)),
  /** Seconds after a return before the next minion takes its place. */
  wait: number(0, 86_400),
  /** Start no more minions once one returned with a retcode other than 0, or received the job and did not return. */
  failhard: boolean,
})
/** How a job is run on a few minions at a time. */
export type BatchPlan = Decoded<typeof batchSchema>

const publishSchema = record({
  fun: functions,
  arg: listOf(anything),
  tgt: target,
  tgt_type: targetType,
  ret: optional(text(1024)),
  jid: optional(jobId),
  delimiter: optional(text(8)),
  /** Seconds the caller waits; a minion that reconnects later than that (plus gather_job_timeout) does not receive the job. */
  timeout: optional(number(0, 86_400)),
  /** Push the job's events to this session, from before the first return can arrive. */
  listen: optional(boolean),
  /** A value by which the job can be found. */
  metadata: optional(anything),
  /** Fire an event when a minion starts the job. */
  start_event: optional(boolean),
  batch: optional(batchSchema),
})
/** A job as a local client requests it. The session determines the user. */
export type Publish = Decoded<typeof publishSchema>

const previewSchema = record({
  tgt: target,
  tgt_type: targetType,
  delimiter: optional(text(8)),
})
/** A request for the minions that a target matches. */
export type Preview = Decoded<typeof previewSchema>

const previewReplySchema = extensibleRecord({
  minions: listOf(minionId, maxMinions),
  /** Ids in a list target without an accepted key. */
  unknown: listOf(text(255)),
  /** Accepted ids whose grains or pillar, which the target reads, are not known. */
  undecided: optional(listOf(minionId, maxMinions)),
})
/** The minions that a job for the target would reach. */
export type PreviewReply = Decoded<typeof previewReplySchema>

const absenceSchema = extensibleRecord({ id: minionId, reason: text(255) })

const publishReplySchema = extensibleRecord({
  jid: optional(jobId),
  minions: listOf(minionId, maxMinions),
  /** Those among `minions` that have no live session, with the reason. */
  absent: listOf(absenceSchema, maxMinions),
  /** Ids in a list target without an accepted key. */
  unknown: listOf(text(255)),
  /** Accepted ids that did not receive the job because their grains or pillar, which the target reads, are not known. */
  undecided: optional(listOf(minionId, maxMinions)),
  /** A warning for the user, such as that the job runs but could not be stored. */
  warning: optional(text(1024)),
})
/** The minions that a published job is for. `jid` is absent if none matched. */
export type PublishReply = Decoded<typeof publishReplySchema>

const skippedSchema = extensibleRecord({
  id: minionId,
  status: oneOf('Not connected', 'No response', 'Not run'),
  reason: text(255),
})
/** A minion of a batch that will not return, with the reason. */
export type Skipped = Decoded<typeof skippedSchema>

const batchStateSchema = extensibleRecord({ over: boolean, missing: listOf(skippedSchema, maxMinions) })
/** The progress of a batch: the minions skipped so far, and whether more minions will start. */
export type BatchState = Decoded<typeof batchStateSchema>

const followReplySchema = extensibleRecord({
  minions: listOf(minionId, maxMinions),
  /** Only of a batch. */
  batch: optional(batchStateSchema),
})
/** The minions that an earlier job is for, and its progress. */
export type FollowReply = Decoded<typeof followReplySchema>

const batchRunSchema = extensibleRecord({ minions: listOf(minionId, maxMinions) })

const oneJobSchema = record({ jid: jobId })
const jobReturnsSchema = record({ jid: jobId, after: optional(minionId) })
const jobStateSchema = record({
  jid: jobId,
  ids: listOf(minionId, maxMinions),
  /** Ask the minions that have the job whether it is still running. */
  ask: optional(boolean),
})

/** Loads of local clients about jobs: publish, preview, follow, and what is stored. */
export const clientLoads = {
  /** `publish`: a job from a local client. */
  publishSchema,
  /** In `publish`: how the job goes round in groups. */
  batchSchema,
  /** `preview`: whom a job for a target would reach. */
  previewSchema,
  /** Answer to `preview`. */
  previewReplySchema,
  /** Why a targeted minion will not answer, known when the job is published. */
  absenceSchema,
  /** Answer to `publish`. */
  publishReplySchema,
  /** `follow` and `batch_stop`: a job that was published before. */
  oneJobSchema,
  /** Answer to `follow`; nil when the job is not known. */
  followReplySchema,
  /** In the answer to `follow`: how far a batch is. */
  batchStateSchema,
  /** Data of the event `salt/job/<jid>/batch/missing`, without its stamp. */
  skippedSchema,
  /** Data of the event `salt/job/<jid>/batch/run`, without its stamp. */
  batchRunSchema,
  /** `job_returns`: what is stored of a job. */
  jobReturnsSchema,
  /** `job_state`: how a job stands with these minions. */
  jobStateSchema,
} as const
