// SPDX-License-Identifier: Apache-2.0
/** Programs and child processes. An entry of its own, so that what starts none loads nothing of it. */
export { type RunResult, run } from './process-run.ts'
export type { RunOptions } from './process-spawn.ts'
export {
  type DetachedOptions,
  type ForegroundProgram,
  type NodeChildOptions,
  startBackground,
  startDetached,
  startForeground,
  startNodeChild,
} from './process-start.ts'
