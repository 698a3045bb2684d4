// SPDX-License-Identifier: Apache-2.0

/** Processes that run modules: started, fed, watched and ended by their daemon. */
export { answerAsk, type DaemonCalls } from './asks.ts'
export { executorEntry } from './executor-entry.ts'
export { type ExecutorJob, ExecutorPool, type ExecutorPoolOptions } from './executor-pool.ts'
export type { ExecutorFiles } from './executor-process.ts'
export { memoryLimit } from './memory-guard.ts'
export type { RunMessage, SetupMessage } from './messages.ts'
export { failedResult, type PackedResult, packResult, type ReturnLimits } from './result.ts'
