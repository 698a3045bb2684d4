// SPDX-License-Identifier: Apache-2.0

/** The API of a program on the master's host: run functions on minions and on the master, and follow what comes back. */
export type { TargetType } from '@halite/targeting'
export { type Answer, JobRun, type MinionReturn, type MissingReturn } from './job-run.ts'
export {
  type CommandOptions,
  type FullReturn,
  LocalClient,
  RunnerClient,
  WheelClient,
} from './local-client.ts'
export { type ConnectionOptions, MasterConnection } from './master-connection.ts'
