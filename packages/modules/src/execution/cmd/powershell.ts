// SPDX-License-Identifier: Apache-2.0
import { loadJson, SaltError } from '@halite/core'
import type { ExecContext, Values } from '@halite/loader'
import { commandOf } from './call.ts'
import type { Outcome } from './command.ts'
import type { powershellArguments } from './powershell-arguments.ts'
import { runCommand } from './run-command.ts'

type PowershellValues = Values<typeof powershellArguments>

/** What a PowerShell command ended with, and the objects it printed. */
export interface PowershellOutcome extends Outcome {
  /** Undefined when it printed nothing that is JSON. */
  readonly result: unknown
}

/**
 * Runs a command of PowerShell, which turns its objects into JSON. Rejects as `runCommand`, and with `COMMAND_FAILED`
 * where there is no PowerShell.
 */
export async function runPowershell(
  ctx: ExecContext,
  name: string,
  values: PowershellValues,
): Promise<PowershellOutcome> {
  const { cmd, shell, depth, encode_cmd: encode, ...others } = values
  const program = powershellProgram(ctx, shell)
  const line = typeof cmd === 'string' ? cmd : cmd.join(' ')
  const levels = depth === undefined ? '' : ` -Depth ${depth}`
  // What only warns must end in the catch, or the retcode would be 0.
  const script = `try { & { ${line} } | ConvertTo-JSON -Compress${levels} -ErrorAction "Stop" } catch { Write-Error $_; exit 1 }`
  const words = encode
    ? ['-EncodedCommand', Buffer.from(script, 'utf16le').toString('base64')]
    : ['-Command', script]
  const argv = [program, '-NonInteractive', '-NoProfile', '-ExecutionPolicy', 'Bypass', ...words]
  const call = { ...others, redirect_stderr: false, bg: false, python_shell: false, cmd: argv }
  const outcome = await runCommand(ctx, await commandOf(ctx, name, call))
  return { ...outcome, result: objectsOf(outcome.stdout) }
}

function powershellProgram({ which }: ExecContext, shell: string | undefined): string {
  const names = shell === undefined ? ['powershell', 'pwsh'] : [shell]
  const found = names.map((name) => which(name)).find((path) => path !== undefined)
  if (found !== undefined) return found
  throw new SaltError(
    'COMMAND_FAILED',
    `PowerShell is not available: ${names.join(' or ')} is not in the search path`,
  )
}

function objectsOf(text: string): unknown {
  try {
    return loadJson(text)
  } catch {
    // It printed something else: the caller has the text.
    return undefined
  }
}
