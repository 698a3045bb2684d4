// SPDX-License-Identifier: Apache-2.0

/** Processes that run modules: started, fed, watched and ended by their daemon. */
export { type AskTable, receivedError } from './asks.ts'
export type { ExecutorFiles } from './executor-child.ts'
export { executorEntry } from './executor-entry.ts'
export { type ExecutorJob, ExecutorPool, type ExecutorPoolOptions } from './executor-pool.ts'
export { defaultGraces, type Graces } from './executor-settings.ts'
export type { FactPart, Facts } from './facts.ts'
export { leftoversFolder } from './leftover-ledger.ts'
export { type MasterCalls, masterAsks } from './master-asks.ts'
export { memoryLimit } from './memory-guard.ts'
export type { RunMessage } from './messages.ts'
export { askedServices, asksOf, minionAsks } from './minion-asks.ts'
export { orchestrationAsks } from './orchestration-asks.ts'
export { type LeftoversOf, removeLeftovers } from './remove-leftovers.ts'
export { failedResult, type PackedResult, packResult, type ReturnLimits } from './result.ts'
export { journalPath, type LostRun, lostRunReturn, readJournal, removeJournal } from './run-journal.ts'
