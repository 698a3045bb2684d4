// SPDX-License-Identifier: Apache-2.0

/**
 * From sls files to the states that run, in the order their requisites ask for. Pure: files, functions, clocks and events are
 * handed in.
 */
export { compileChunks, type Low } from './high/chunks.ts'
export { HighData } from './high/high-data.ts'
export { requisites } from './high/keywords.ts'
export { turnRequisites } from './high/requisite-in.ts'
export { verifyHigh } from './high/verify.ts'
export { graphOf } from './run/graph.ts'
export { withoutHiddenNames } from './run/no-log.ts'
export type { Clock } from './run/result.ts'
export type { Refresh, Report, RunServices, RunSettings } from './run/services.ts'
export { StateRun } from './run/state-run.ts'
export { StateLookups, verifyLow } from './run/verify-low.ts'
export {
  type CompiledLow,
  type CompileLowOptions,
  compileLow,
  type HighOutcome,
  type RunOutcome,
  runHigh,
  runLow,
  wentWell,
} from './run-high.ts'
export { type Compiled, HighStateCompiler, type HighStateParts, type Matches } from './sls/high-state.ts'
export {
  type FoundSls,
  type RenderSls,
  SlsCatalogue,
  type SlsToRender,
  type StateFiles,
  type StateText,
} from './sls/state-files.ts'
export { mergedTop, type TopParts, type TopVerdict, topMatches } from './sls/top.ts'
export { topErrors } from './sls/top-errors.ts'
