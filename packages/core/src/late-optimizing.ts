// SPDX-License-Identifier: Apache-2.0
import { setFlagsFromString } from 'node:v8'

/** Bytes of bytecode a function runs between two looks of V8 at whether to optimize it: eight times its default. */
const interruptBudget = 540_000

/**
 * For processes that do one piece of work and end: V8 optimizes what is hot for seconds, and not what is hot for milliseconds.
 * Of a second that such a process ran, its compiler took a third of the CPU, for code that was gone before it paid off.
 */
export function optimizeLate(): void {
  setFlagsFromString(`--interrupt-budget=${interruptBudget}`)
}
