// SPDX-License-Identifier: Apache-2.0
import { type ExitCode, exitCodes } from '../exit-codes.ts'

/** One row of the error catalogue. */
export interface ErrorEntry {
  /** Meaning of the code, in one sentence. */
  readonly meaning: string
  /** The next step for the reader. */
  readonly solve: string
  /** Exit code of a tool that ends with this error. */
  readonly exitCode: ExitCode
}

/** A row of the error catalogue. */
export function entry(meaning: string, solve: string, exitCode: ExitCode = exitCodes.generic): ErrorEntry {
  return { meaning, solve, exitCode }
}
