// SPDX-License-Identifier: Apache-2.0

/** The API of a program on the master's host: run functions on minions and on the master, and follow what comes back. */
export { Float, floatOf, isMap, mapOf, toPlain, valueAt } from '@halite/core'
export type { TargetType } from '@halite/targeting'
export {
  type Answer,
  type FullReturn,
  type MinionReturn,
  type MissingReturn,
  missingText,
  type NoReturn,
} from './answer.ts'
export { type BatchAnswer, type BatchGroup, BatchRun } from './batch-run.ts'
export { Caller, type CallerOptions } from './caller.ts'
export type {
  BatchOptions,
  CommandOptions,
  Fun,
  PublishOptions,
  ReturnShape,
  SubsetOptions,
  TargetOptions,
  Tgt,
} from './command-options.ts'
export { EventClient } from './event-client.ts'
export { EventFeed, type EventOptions, type SaltEvent } from './event-feed.ts'
export { JobRun } from './job-run.ts'
export { type FollowOptions, type JobAnswer, LocalClient } from './local-client.ts'
export { type ConnectionOptions, MasterConnection } from './master-connection.ts'
export { RunnerClient, WheelClient } from './master-functions.ts'
export { unknownMinion } from './returns-of.ts'
export type { EventSink } from './subscriptions.ts'
