// SPDX-License-Identifier: Apache-2.0
import type { Command } from './command.ts'

/** What a command ended with, before `success_*` has its say. */
interface Ending {
  readonly retcode: number
  readonly stdout: string
  readonly stderr: string
}

/**
 * Whether the ending counts as success: a retcode of `success_retcodes`, or a text of `success_stdout` or
 * `success_stderr` somewhere in the output.
 */
export function isSuccess(command: Command, { retcode, stdout, stderr }: Ending): boolean {
  return (
    command.success_retcodes.includes(retcode) ||
    command.success_stdout.some((text) => stdout.includes(text)) ||
    command.success_stderr.some((text) => stderr.includes(text))
  )
}
