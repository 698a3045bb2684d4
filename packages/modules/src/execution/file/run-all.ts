// SPDX-License-Identifier: Apache-2.0
import { messageOf, SaltError, systemCodeOf } from '@halite/core'
import { type ExecContext, type Failed, failed } from '@halite/loader'

/** What a program ended with, as `cmd.run_all` returns it. */
export interface Ran {
  readonly pid: number
  readonly retcode: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs a program without a shell; what it prints is English. Rejects with COMMAND_FAILED when it cannot be started. */
export async function ranAll(ctx: ExecContext, argv: readonly string[]): Promise<Ran> {
  const env = { ...process.env, LC_MESSAGES: 'C', LANGUAGE: 'C' }
  try {
    const { pid, retcode, stdout, stderr } = await ctx.run.text(argv, { env })
    return { pid, retcode, stdout, stderr }
  } catch (error) {
    if (systemCodeOf(error) === undefined) throw error
    throw new SaltError('COMMAND_FAILED', `${argv[0]} cannot be run: ${messageOf(error)}`)
  }
}

/** The same as the return of a function: the exit code of the program is that of the job. */
export function asReturn(ran: Ran): Ran | Failed {
  return ran.retcode === 0 ? ran : failed(ran, ran.retcode)
}
