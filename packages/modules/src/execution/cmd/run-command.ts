// SPDX-License-Identifier: Apache-2.0
import { homedir } from 'node:os'
import { isAbsolute, parse } from 'node:path'
import { messageOf, pythonRepr, type RunOptions, SaltError } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { type Account, lookUpAccount } from './account.ts'
import { type Invocation, invocationOf, words } from './argv.ts'
import type { Command, Outcome } from './command.ts'
import { defaultShell } from './default-shell.ts'
import { environmentOf } from './environment.ts'
import { logOutcome, logStart } from './log.ts'
import { isSuccess } from './outcome.ts'
import { outputDecoder } from './output-text.ts'

/**
 * Runs a command and logs how it ended. Resolves for every exit code and for a timeout, whose text is then the output.
 * Rejects with COMMAND_FAILED when it cannot be started, with JOB_ABORTED when it was killed along with its job.
 */
export async function runCommand(ctx: ExecContext, command: Command): Promise<Outcome> {
  const account = await lookUpAccount(ctx, command.runas, command.group)
  const cwd = await workingDirectory(ctx, command.cwd, account)
  const env = await environmentOf(ctx, command, account.user)
  const invocation = invocationOf(command, {
    cwd,
    env,
    account,
    shell: defaultShell(ctx),
    which: ctx.which,
    platform: ctx.platform,
  })
  logStart(ctx, command, cwd)
  const options = gateOptions(invocation, { cwd, env })
  try {
    if (command.bg) return { pid: await ctx.run.background(invocation.argv, options), ...unfinished }
    const outcome = await wait(ctx, command, { argv: invocation.argv, options })
    logOutcome(ctx, command, outcome)
    return outcome
  } catch (error) {
    throw startFailure(error, command, cwd)
  }
}

/** What is kept of each stream of a command. The rest is read, so that the command goes on, and dropped. */
const maxOutputBytes = 64 * 1024 * 1024

const unfinished = { retcode: null, stdout: '', stderr: '' } as const

/** The home of the user, or the root where that cannot be read (after sudo it may be another user's). */
async function workingDirectory(
  { fs }: ExecContext,
  asked: string | undefined,
  { user }: Account,
): Promise<string> {
  if (!asked) {
    const home = user?.home ?? homedir()
    return (await fs.isReadable(home)) ? home : parse(process.cwd()).root
  }
  if (isAbsolute(asked) && (await fs.isDirectory(asked).catch(() => false))) return asked
  throw new SaltError('COMMAND_FAILED', `Specified cwd '${asked}' either not absolute or does not exist`)
}

function gateOptions({ verbatim, uid, gid }: Invocation, base: RunOptions): RunOptions {
  return {
    ...base,
    verbatimArguments: verbatim,
    ...(uid === undefined ? {} : { uid }),
    ...(gid === undefined ? {} : { gid }),
  }
}

async function wait(
  ctx: ExecContext,
  command: Command,
  { argv, options }: { argv: readonly string[]; options: RunOptions },
): Promise<Outcome> {
  const { timeout } = command
  // Before the command runs: its effect must not be lost on an encoding that nothing decodes.
  const decode = await outputDecoder(ctx, command.output_encoding)
  const text = (bytes: Uint8Array) => {
    const whole = decode(bytes)
    return (command.rstrip ? whole.trimEnd() : whole) + cutNotice(bytes)
  }
  const result = await ctx.run(argv, {
    ...options,
    signal: ctx.signal,
    maxOutputBytes,
    // A clean environment has no mark of ours.
    ...(command.clean_env ? { mark: '' } : {}),
    mergeStderr: command.redirect_stderr,
    ...(command.stdin === undefined ? {} : { stdin: inputOf(command.stdin, command.stdin_raw_newlines) }),
    ...(timeout ? { timeoutMs: timeout * 1000 } : {}),
  })
  if (ctx.signal.aborted) throw new SaltError('JOB_ABORTED', 'The command was killed with its job')
  if (result.truncated) ctx.log.error(`The output of the command was cut at ${maxOutputBytes} bytes`)
  if (result.timedOut)
    return { pid: result.pid, retcode: 1, stdout: timeoutText(command, ctx.platform), stderr: '' }
  const stdout = withoutReturns(text(result.stdout), command)
  const stderr = text(result.stderr)
  const retcode = isSuccess(command, { retcode: result.retcode, stdout, stderr }) ? 0 : result.retcode
  return { pid: result.pid, retcode, stdout, stderr }
}

/** What stands behind an output that was cut. */
function cutNotice({ length }: Uint8Array): string {
  if (length < maxOutputBytes) return ''
  return `\n[cut here: only the first ${maxOutputBytes} bytes of the output are kept; have the command write to a file]`
}

/** A terminal ends lines with carriage return and line feed. */
function withoutReturns(text: string, { use_vt }: Command): string {
  return use_vt ? text.replaceAll('\r\n', '\n') : text
}

/** A `\n` typed on a command line means a line end. */
function inputOf(stdin: string, raw: boolean): string {
  return raw ? stdin : stdin.replaceAll('\\n', '\n')
}

function timeoutText({ cmd, throughShell, timeout }: Command, platform: NodeJS.Platform): string {
  const shown = throughShell && typeof cmd === 'string' ? cmd : pythonRepr(words(cmd, platform))
  return `${shown} : Timed out after ${timeout} seconds`
}

function startFailure(error: unknown, { cmd }: Command, cwd: string): Error {
  if (error instanceof SaltError) return error
  return new SaltError(
    'COMMAND_FAILED',
    `Unable to run command '${pythonRepr(cmd)}' with the context '{'cwd': ${pythonRepr(cwd)}}', ` +
      `reason: ${messageOf(error)}`,
    { cause: error },
  )
}
