// SPDX-License-Identifier: Apache-2.0
import { type Decoded, requestedTargetTypes, schema } from '@halite/core'
import { epochSchema } from './publication.ts'

const {
  anyMap,
  anything,
  binary,
  boolean,
  bytes,
  dataMap,
  either,
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

const maxReturnBytes = 64 * 1024 * 1024
/** Most minions that one load names. */
const maxMinions = 1_000_000

const target = either(text(65_536), listOf(text(255)))
const functions = either(text(255), listOf(text(255), 100))
const targetType = oneOf(...requestedTargetTypes)

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
  /** Nodegroups the target names, so that both sides resolve the same. */
  nodegroups: optional(anyMap),
  /** What the caller noted on the job. */
  metadata: optional(anything),
  /** The minion shall say that it begins before it does. */
  start_event: optional(boolean),
})
/** A job as the minion gets it: the load of a publication or of a `job` push. Field names are Salt's. */
export type Job = Decoded<typeof jobSchema>

const openSchema = record({
  grains: optional(anyMap),
})

const openReplySchema = extensibleRecord({
  publishPort: integer(1, 65_535),
  /** What a daemon subscribes to for probes of its session; a `call` session hears no publications. */
  topic: optional(bytes(16)),
  /** The group key, for daemons only. */
  epoch: optional(epochSchema),
  /** Seconds between heartbeats of the master when nothing else is published. */
  heartbeat: number(0.05, 3600),
  masterId: text(255),
})
/** What a minion receives when it opens its session: where and with which keys it receives jobs. */
export type OpenReply = Decoded<typeof openReplySchema>

const returnSchema = record({
  jid: jobId,
  return: binary(maxReturnBytes),
  retcode: integer(-(2 ** 31), 2 ** 32),
  success: boolean,
  out: optional(text(64)),
})
/** The result of a job. `return` is packed, so that only who shows it unpacks it; it is a view into the frame. */
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
/** What was called on a minion, and its result. */
export type CallReturn = Decoded<typeof calledSchema>

const startedSchema = record({ jid: jobId })
const confirmSchema = record({ epoch: optional(bytes(16)) })
const missedSchema = record({ epoch: bytes(16), after: integer() })
const grainsSchema = record({ grains: anyMap })

const pillarSchema = record({
  /** Facts that win over those the master keeps of the minion, for this once. Sent by a call. */
  grains: optional(anyMap),
  /** Only this environment. */
  pillarenv: optional(text(255)),
  /** The environment of states that the minion is set to. */
  saltenv: optional(text(255)),
  /** Data that wins over what is compiled. */
  override: optional(dataMap),
  /** An external pillar, name to settings, of those that the master lets minions ask for. */
  ext: optional(dataMap),
  /** What `pillar_cache` keeps of this minion is made again. */
  clean_cache: optional(boolean),
  /** The minion will match targets by what it is sent, so the master shall do the same. */
  held: optional(boolean),
})
/** A minion asks for its pillar. Whose it is, is in the session. */
export type PillarAsk = Decoded<typeof pillarSchema>

const pillarReplySchema = extensibleRecord({ pillar: dataMap })

const topsSchema = record({
  /** Facts that win over those the master keeps of the minion, for this once. Sent by a call. */
  grains: optional(anyMap),
})

const topsReplySchema = extensibleRecord({ tops: dataMap })

const mineEntrySchema = record({
  name: text(255),
  data: anything,
  /** Who may read it; everybody if absent. */
  allow_tgt: optional(target),
  allow_tgt_type: optional(targetType),
})
/** What a minion puts into the mine under a name. */
export type MineEntry = Decoded<typeof mineEntrySchema>
const mineSchema = record({
  entries: listOf(mineEntrySchema, 1000),
  /** What is there under other names goes. */
  clear: optional(boolean),
})
const mineGetSchema = record({
  tgt: target,
  tgt_type: targetType,
  fun: functions,
})
/** What is asked of the mine: whose data, and under which names. */
export type MineQuestion = Decoded<typeof mineGetSchema>
const mineGetReplySchema = extensibleRecord({ mine: dataMap })
const mineDeleteSchema = record({ name: text(255) })

const revokeSchema = record({ preserve_minion_cache: optional(boolean) })
const minionEventSchema = record({ tag: text(255), data: anything })
const emptySchema = record({})

const batchSchema = record({
  /** Most minions that run the job at a time; either this or `percent`. */
  count: optional(integer(1, maxMinions)),
  /** The same as a share of the minions that are connected at the start; below one minion it is one. */
  percent: optional(number(0, 1_000_000)),
  /** Seconds for which a place stays taken after a return. */
  wait: number(0, 86_400),
  /** Begin nothing more once a minion returned with a code that is not 0, or was given the job and did not return. */
  failhard: boolean,
})
/** How a job goes round its minions in groups. */
export type BatchPlan = Decoded<typeof batchSchema>

const publishSchema = record({
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
  /** A value to find the job by. */
  metadata: optional(anything),
  /** Fire an event for each minion that begins. */
  start_event: optional(boolean),
  batch: optional(batchSchema),
})
/** A job as a local client requests it. The user is known from the session. */
export type Publish = Decoded<typeof publishSchema>

const previewSchema = record({
  tgt: target,
  tgt_type: targetType,
  delimiter: optional(text(8)),
})
/** A target whose minions are asked for. */
export type Preview = Decoded<typeof previewSchema>

const previewReplySchema = extensibleRecord({
  minions: listOf(minionId, maxMinions),
  /** Ids a list target names that the master holds no accepted key of. */
  unknown: listOf(text(255)),
  /** Accepted ids of which the grains or pillar that the target reads are not known. */
  undecided: optional(listOf(minionId, maxMinions)),
})
/** Whom a job for a target would reach. */
export type PreviewReply = Decoded<typeof previewReplySchema>

const absenceSchema = extensibleRecord({ id: minionId, reason: text(255) })

const publishReplySchema = extensibleRecord({
  jid: optional(jobId),
  minions: listOf(minionId, maxMinions),
  /** Those among `minions` that have no live session, with the reason. */
  absent: listOf(absenceSchema, maxMinions),
  /** Ids a list target names that the master holds no accepted key of. */
  unknown: listOf(text(255)),
  /** Accepted ids that got no job, as the grains or pillar that the target reads are not known of them. */
  undecided: optional(listOf(minionId, maxMinions)),
  /** What whoever published the job has to know, such as that it runs and is not kept. */
  warning: optional(text(1024)),
})
/** Whom a published job was meant for. With no match `jid` is absent. */
export type PublishReply = Decoded<typeof publishReplySchema>

const skippedSchema = extensibleRecord({
  id: minionId,
  status: oneOf('Not connected', 'No response', 'Not run'),
  reason: text(255),
})
/** A minion of a batch that will not return, and why. */
export type Skipped = Decoded<typeof skippedSchema>

const batchStateSchema = extensibleRecord({ over: boolean, missing: listOf(skippedSchema, maxMinions) })
/** The progress of a batch: minions skipped so far, and whether any more will begin. */
export type BatchState = Decoded<typeof batchStateSchema>

const followReplySchema = extensibleRecord({
  minions: listOf(minionId, maxMinions),
  /** Only of a batch. */
  batch: optional(batchStateSchema),
})
/** Whom a job that was published before is for, and how far it is. */
export type FollowReply = Decoded<typeof followReplySchema>

const batchRunSchema = extensibleRecord({ minions: listOf(minionId, maxMinions) })
const fireSchema = record({ tag: text(255), data: dataMap })
const subscribeSchema = record({ prefix: text(255) })

const eventSchema = extensibleRecord({ tag: text(512), data: anything })
/** One event as it is pushed to those who subscribed to a prefix of its tag. */
export type WireEvent = Decoded<typeof eventSchema>
const eventsSchema = listOf(eventSchema)

const callSchema = record({
  fun: text(255),
  arg: listOf(anything),
  kwarg: anyMap,
  /** Answer at once; what the function returns is in an event. */
  background: optional(boolean),
})
/** A call of a function of the master itself: a runner, or one of the wheel. */
export type MasterCall = Decoded<typeof callSchema>

const oneJobSchema = record({ jid: jobId })
const jobReturnsSchema = record({ jid: jobId, after: optional(minionId) })
const jobStateSchema = record({
  jid: jobId,
  ids: listOf(minionId, maxMinions),
  /** Ask those that have the job whether it runs. */
  ask: optional(boolean),
})

/**
 * The decoder of every load that travels sealed, and the bounds they share. Each throws `VALUE_MALFORMED` naming the field.
 * What a master sends may hold fields of a later version, which are ignored; in what it receives unknown fields are refused.
 * `docs/wire.md` says when each is sent and what answers it.
 */
export const loads = {
  /** Most bytes of a single return, packed. */
  maxReturnBytes,
  /** Limits under which a packed return is read, by whoever shows it; a minion keeps to them when it packs. */
  returnLimits: { maxBytes: maxReturnBytes, maxDepth: 256, maxValues: 1_000_000 },
  /** Load of a job publication and of the push `job`. */
  jobSchema,
  /** Load of the push `epoch`: a group key that the receiver shall hold from now on. */
  epochSchema,
  /** `_open`: first request of a minion's session. */
  openSchema,
  /** Answer to `_open`. */
  openReplySchema,
  /** `_return`: the result of a job. */
  returnSchema,
  /** `_call`: what was called on the minion itself, and its result. */
  calledSchema,
  /** `_started`: the job was received and runs; sent when it takes longer than a moment. */
  startedSchema,
  /** `_confirm`: a publication or probe arrived: the publish path works, and this epoch is held. */
  confirmSchema,
  /** `_missed`: job publications after number `after` of this epoch did not arrive. */
  missedSchema,
  /** `_grains`: the minion's grains changed. */
  grainsSchema,
  /** `_pillar`: the minion asks for its pillar. */
  pillarSchema,
  /** Answer to `_pillar`. */
  pillarReplySchema,
  /** `_master_tops`: the minion asks which sls files it gets beside those of top files. */
  topsSchema,
  /** Answer to `_master_tops`. */
  topsReplySchema,
  /** `_mine`: what the minion puts into the mine. */
  mineSchema,
  /** One name in it. */
  mineEntrySchema,
  /** `_mine_get`: data of the mine, of this minion and others. */
  mineGetSchema,
  /** Answer to `_mine_get`. */
  mineGetReplySchema,
  /** `_mine_delete`: a name of the minion's own is taken out of the mine. */
  mineDeleteSchema,
  /** `_revoke_auth`: the minion asks the master to delete its key. */
  revokeSchema,
  /** `_minion_event`: an event of the minion's own namespace. */
  minionEventSchema,
  /** Load of requests that carry nothing. */
  emptySchema,
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
  /** `job_returns`: what is stored of a job. */
  jobReturnsSchema,
  /** `job_state`: how a job stands with these minions. */
  jobStateSchema,
} as const
