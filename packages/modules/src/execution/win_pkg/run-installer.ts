// SPDX-License-Identifier: Apache-2.0
import { setTimeout } from 'node:timers/promises'
import { entriesOf, mapOf, messageOf, valueAt } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import {
  type CommandLine,
  expandVariables,
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
  /** Makes the command line from the settings, whose `msiexec` is there. */
  readonly command: (settings: VersionData) => CommandLine
  /** The directory it runs in; default that of the minion: an uninstaller could not remove the one it runs in. */
  readonly directory?: string
  /** The directory a task starts in. */
  readonly taskDirectory: string
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

/**
 * Runs an installer or uninstaller to its end, or through the task scheduler where its definition says `use_scheduler`. Never rejects for what
 * is wrong with one package: others may have been installed before it.
 */
export async function runInstaller(ctx: ExecContext, run: InstallerRun): Promise<RunOutcome> {
  const { name, reportsReboot } = run
  const outcome = await outcomeOfRun(ctx, run)
  if (outcome.needsReboot && reportsReboot) await noteReboot(ctx)
  if (!outcome.succeeded)
    ctx.log.error(`${name}: ${outcome.reason ?? `ended with exit code ${outcome.exitCode}`}`)
  return outcome
}

async function outcomeOfRun(ctx: ExecContext, run: InstallerRun): Promise<RunOutcome> {
  let command: CommandLine
  try {
    command = run.command(await withMsiexec(ctx, run.settings))
  } catch (error) {
    return failed(messageOf(error))
  }
  ctx.log.info(`${run.name}: ${command.program} ${command.arguments}`)
  return isOn(run.settings, 'use_scheduler') ? runAsTask(ctx, run, command) : runHere(ctx, run, command)
}

/** A path of `msiexec` that is no file, as on a machine of another architecture, stands for the one of Windows. */
async function withMsiexec({ fs, log }: ExecContext, settings: VersionData): Promise<VersionData> {
  const given = valueAt(settings, 'msiexec')
  if (typeof given !== 'string' || given === '') return settings
  const path = expandVariables(given, process.env)
  const isThere = await fs.isFile(path)
  if (!isThere) log.warning(`there is no msiexec at '${path}': that of Windows is used`)
  const others = entriesOf(settings).filter(([name]) => name !== 'msiexec')
  return mapOf([...others, ['msiexec', isThere ? path : true]])
}

/** Its output is not read: a program that it leaves running would hold the pipe open. */
async function runHere(
  { run }: ExecContext,
  { directory }: InstallerRun,
  { program, arguments: words }: CommandLine,
): Promise<RunOutcome> {
  try {
    const { retcode } = await run([program, ...(words === '' ? [] : [words])], {
      verbatimArguments: true,
      noOutput: true,
      ...(directory === undefined ? {} : { cwd: directory }),
    })
    return { ...outcomeOf(retcode), exitCode: retcode >>> 0 }
  } catch (error) {
    return failed(`${program} cannot be started: ${messageOf(error)}`)
  }
}

/** The service that runs the minion is stopped by an installer that replaces it: the task goes on. */
async function runAsTask(ctx: ExecContext, run: InstallerRun, command: CommandLine): Promise<RunOutcome> {
  const { taskDirectory, name } = run
  const path = await taskFile(ctx, scheduledTask(command, taskDirectory))
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
