// SPDX-License-Identifier: Apache-2.0

/** The minion: links to masters, jobs and the processes they run in, grains, and calls without a daemon. */
export { Caller } from './caller.ts'
export type { CallerInit, CallResult } from './caller-init.ts'
export type { LinkState } from './master-link.ts'
export { Minion } from './minion.ts'
export type { MinionInit } from './minion-init.ts'
export { type OpenCallerOptions, openCaller } from './open-caller.ts'
export { type ResolveHost, resolveHost } from './resolve-host.ts'
