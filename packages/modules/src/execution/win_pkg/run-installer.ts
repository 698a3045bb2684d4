// SPDX-License-Identifier: Apache-2.0
import { dirname } from 'node:path/win32'
import { setTimeout } from 'node:timers/promises'
import { messageOf } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import {
  type CommandLine,
  isOn,
  type Outcome,
  outcomeOf,
  readTaskResult,
  scheduledTask,
  type VersionData,
} from '@halite/winrepo'

/** A program to run for a package. */
export interface InstallerRun {
  readonly name: string
  readonly settings: VersionData
  readonly command: CommandLine
  /** The directory it runs in; default that of the minion. */
  readonly directory?: string
  /** Whether a restart that it asks for is noted, for `system.get_reboot_required_witnessed`. */
  readonly reportsReboot: boolean
}

/** What became of it; `reason` where it could not be started. */
export interface RunOutcome extends Outcome {
  readonly exitCode?: number
  readonly reason?: string
}

const taskName = 'update-salt-software'
const taskPollMs = 250
const taskStartMs = 5000

/** Runs an installer or uninstaller to its end, or through the task scheduler where its definition says `use_scheduler`. */
export async function runInstaller(ctx: ExecContext, run: InstallerRun): Promise<RunOutcome> {
  const { command, name, reportsReboot } = run
  ctx.log.info(`${name}: ${command.program} ${command.arguments}`)
  const outcome = await (isOn(run.settings, 'use_scheduler') ? runAsTask(ctx, run) : runHere(ctx, run))
  if (outcome.needsReboot && reportsReboot) await noteReboot(ctx)
  if (!outcome.succeeded) {
    ctx.log.error(
      `${name}: ${command.program} ${outcome.reason ?? `ended with exit code ${outcome.exitCode}`}`,
    )
  }
  return outcome
}

/** Its output is not read: a program that it leaves running would hold the pipe open. */
async function runHere({ run }: ExecContext, { command, directory }: InstallerRun): Promise<RunOutcome> {
  const { program, arguments: words } = command
  try {
    const { retcode } = await run([program, ...(words === '' ? [] : [words])], {
      verbatimArguments: true,
      noOutput: true,
      ...(directory === undefined ? {} : { cwd: directory }),
    })
    return { ...outcomeOf(retcode), exitCode: retcode >>> 0 }
  } catch (error) {
    return failed(`cannot be started: ${messageOf(error)}`)
  }
}

/** The service that runs the minion is stopped by an installer that replaces it: the task goes on. */
async function runAsTask(ctx: ExecContext, run: InstallerRun): Promise<RunOutcome> {
  const { command, directory = dirname(command.program), name } = run
  const path = await taskFile(ctx, scheduledTask(command, directory))
  try {
    await ctx.run.output(['schtasks.exe', '/create', '/f', '/tn', taskName, '/xml', path])
    await ctx.run.output(['schtasks.exe', '/run', '/tn', taskName])
    return await (/salt[\s_.-]*minion/i.test(name) ? taskStarted(ctx) : taskEnded(ctx))
  } catch (error) {
    ctx.signal.throwIfAborted()
    return failed(messageOf(error))
  } finally {
    await ctx.fs.remove(path)
  }
}

async function taskFile({ fs, options }: ExecContext, xml: string): Promise<string> {
  const path = `${String(options['cachedir'])}/${taskName}-${crypto.randomUUID()}.xml`
  await fs.write(path, Buffer.from(`\ufeff${xml}`, 'utf16le'), { mode: 0o600 })
  return path
}

async function taskStarted(ctx: ExecContext): Promise<RunOutcome> {
  for (const end = Date.now() + taskStartMs; Date.now() < end; ) {
    await setTimeout(taskPollMs, undefined, { signal: ctx.signal })
    if ((await taskState(ctx)).isRunning) return { succeeded: true, needsReboot: false, text: 'task started' }
  }
  return failed('the scheduled task did not start')
}

async function taskEnded(ctx: ExecContext): Promise<RunOutcome> {
  for (;;) {
    await setTimeout(taskPollMs, undefined, { signal: ctx.signal })
    const { exitCode } = await taskState(ctx)
    if (exitCode !== undefined) return { ...outcomeOf(exitCode), exitCode }
  }
}

async function taskState({ run }: ExecContext) {
  return readTaskResult(
    await run.output(['schtasks.exe', '/query', '/tn', taskName, '/v', '/fo', 'csv', '/nh']),
  )
}

function failed(reason: string): RunOutcome {
  return { succeeded: false, needsReboot: false, text: 'failed', reason }
}

async function noteReboot(ctx: ExecContext): Promise<void> {
  try {
    await ctx.call('system.set_reboot_required_witnessed')
  } catch (error) {
    ctx.log.warning(`the restart that is required could not be noted: ${messageOf(error)}`)
  }
}
