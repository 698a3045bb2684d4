// SPDX-License-Identifier: Apache-2.0
import { type LogLevel, logLevels } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import type { Command, Outcome } from './command.ts'

/** Says which program starts where; never its arguments, which may hold secrets. Silent at `quiet`. */
export function logStart(ctx: ExecContext, command: Command, cwd: string): void {
  if (command.output_loglevel === 'quiet') return
  const { runas, group, bg } = command
  const as = `${runas === undefined ? '' : `as user '${runas}' `}${group === undefined ? '' : `in group '${group}' `}`
  const behind = bg ? '. Executing command in the background, no output will be logged.' : ''
  ctx.log.info(`Executing command '${nameOf(command.cmd)}' ${as}in directory '${cwd}'${behind}`)
}

/**
 * Logs output and retcode at `output_loglevel`, or at `error` when the command failed and `ignore_retcode` is off.
 * Silent at `quiet`.
 */
export function logOutcome(ctx: ExecContext, command: Command, outcome: Outcome): void {
  const write = writer(ctx, command, outcome)
  if (write === undefined) return
  logFailure(ctx, command, outcome)
  if (outcome.stdout !== '') write(`stdout: ${outcome.stdout}`)
  if (outcome.stderr !== '') write(`stderr: ${outcome.stderr}`)
  if (outcome.retcode !== 0) write(`retcode: ${outcome.retcode}`)
}

/** What `cmd.run` adds to `logOutcome`: the failure once more, and the output it returns, as scripts find it in Salt's. */
export function logReturn(ctx: ExecContext, command: Command, outcome: Outcome): void {
  const write = writer(ctx, command, outcome)
  if (write === undefined) return
  logFailure(ctx, command, outcome)
  write(`output: ${outcome.stdout}`)
}

function logFailure(ctx: ExecContext, command: Command, outcome: Outcome): void {
  if (!hasFailed(command, outcome)) return
  ctx.log.error(`Command '${nameOf(command.cmd)}' failed with return code: ${outcome.retcode}`)
}

function hasFailed({ ignore_retcode, bg }: Command, { retcode }: Outcome): boolean {
  return !ignore_retcode && !bg && retcode !== 0
}

type Write = (message: string) => void

function writer(ctx: ExecContext, command: Command, outcome: Outcome): Write | undefined {
  const level = levelOf(ctx, command.output_loglevel)
  if (level === 'quiet') return undefined
  const severe = level === 'error' || level === 'critical'
  const method = methods[hasFailed(command, outcome) && !severe ? 'error' : level]
  return (message) => ctx.log[method](message)
}

const methods = {
  all: 'trace',
  garbage: 'trace',
  trace: 'trace',
  debug: 'debug',
  profile: 'debug',
  info: 'info',
  warning: 'warning',
  error: 'error',
  critical: 'critical',
} as const satisfies Record<Exclude<LogLevel, 'quiet'>, string>

function levelOf(ctx: ExecContext, name: string): LogLevel {
  const level = logLevels.find((known) => known === name.toLowerCase())
  if (level !== undefined) return level
  ctx.log.error(
    `Invalid output_loglevel '${name}'. Valid levels are: ${logLevels.join(', ')}. Falling back to 'info'.`,
  )
  return 'info'
}

function nameOf(cmd: Command['cmd']): string {
  const [name = ''] = typeof cmd === 'string' ? cmd.trim().split(/\s+/) : cmd
  return name.trim()
}
