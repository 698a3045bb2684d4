// SPDX-License-Identifier: Apache-2.0
import { SaltError } from '@halite/core'
import type { ExecContext } from '@halite/loader'

/** What a line finds in its environment: `$env:HALITE_NAME`; undefined is `$null`. */
export type Values = Readonly<Record<`HALITE_${string}`, string | undefined>>

const patienceMs = 120_000

/**
 * Runs a line of PowerShell and resolves to what it printed. Values reach it through its environment, so none is read as code, and no list
 * of processes shows one. Rejects with `COMMAND_FAILED` where PowerShell is missing, fails or takes too long.
 */
export async function askPowershell(
  { run, which }: Pick<ExecContext, 'run' | 'which'>,
  line: string,
  values: Values = {},
): Promise<string> {
  const powershell = which('powershell')
  if (powershell === undefined)
    throw new SaltError('COMMAND_FAILED', 'PowerShell is not in the search path of this machine')
  const { retcode, stdout, stderr } = await run(
    [powershell, '-NonInteractive', '-NoProfile', '-Command', line],
    {
      env: { ...process.env, ...values },
      timeoutMs: patienceMs,
    },
  )
  if (retcode === 0) return stdout.toString('utf8').trim()
  const [reason = ''] = stderr.toString('utf8').trim().split(/\r?\n/, 1)
  throw new SaltError('COMMAND_FAILED', `PowerShell ended with ${retcode}: ${reason}`)
}

/** Runs a method of `Win32_ComputerSystem`, written as PowerShell; its return, which is 0 or a number of Windows' errors. */
export async function computerSystem(ctx: ExecContext, method: string, values: Values): Promise<number> {
  const printed = await askPowershell(
    ctx,
    `(Get-WmiObject Win32_ComputerSystem).${method}.ReturnValue`,
    values,
  )
  if (/^\d+$/.test(printed)) return Number(printed)
  throw new SaltError('COMMAND_FAILED', `Windows did not answer ${method.split('(')[0]}`)
}

/** An error for a number of Windows' errors. */
export function windowsError(what: string, code: number): SaltError {
  return new SaltError('COMMAND_FAILED', `${what}: error ${code} of Windows`, {
    hint: `net helpmsg ${code} explains it.`,
  })
}
