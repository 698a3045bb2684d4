// SPDX-License-Identifier: Apache-2.0
import { exitCodes, isSaltError } from '@halite/core'

/** How a job went, as far as `salt` saw it. */
export interface JobOutcome {
  /** The return codes of the minions that returned. */
  readonly retcodes: readonly number[]
  /** How many minions were asked and did not return. */
  readonly missing: number
  /** Whether those were left out of the output (`--hide-timeout`). */
  readonly hidden?: boolean
}

/** What a tool leaves behind: its exit code, and the last line on standard error if there is one. */
export interface Verdict {
  readonly exitCode: number
  readonly complaint?: string
}

/**
 * The verdict of `salt`: 0 when every minion that was asked returned with code 0; 2 when there is no return to speak
 * of, because nobody matched or nobody's answer was shown; 1 otherwise.
 */
export function verdictOfJob({ retcodes, missing, hidden = false }: JobOutcome): Verdict {
  const asked = retcodes.length + missing
  if (retcodes.length === 0 && (missing === 0 || hidden)) {
    return { exitCode: exitCodes.noReturn, complaint: 'ERROR: No return received' }
  }
  if (retcodes.some((code) => code !== 0) || (missing > 0 && !hidden)) {
    return { exitCode: exitCodes.generic, complaint: 'ERROR: Minions returned with non-zero exit code' }
  }
  if (missing > 0) {
    return { exitCode: exitCodes.generic, complaint: `ERROR: ${missing} of ${asked} minions did not return` }
  }
  return { exitCode: exitCodes.ok }
}

/**
 * The exit code of `salt-call` and `salt-run` for a function that returned: 0, or 1 when its return code is not 0.
 * With `--retcode-passthrough` it is that code itself; one that no exit status can hold becomes 1, never 0.
 */
export function exitCodeOfCall(retcode: number, passthrough = false): number {
  if (retcode === 0) return exitCodes.ok
  const fits = Number.isInteger(retcode) && retcode > 0 && retcode <= 255
  return passthrough && fits ? retcode : exitCodes.generic
}

/** The exit code of a tool that ended with `error`. */
export function exitCodeOfError(error: unknown): number {
  return isSaltError(error) ? error.exitCode : exitCodes.software
}
