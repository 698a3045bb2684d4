// SPDX-License-Identifier: Apache-2.0
import {
  becomeUser,
  isAlive,
  isSaltError,
  type LogLevel,
  leaveMemoryOutOfCoreDumps,
  messageOf,
  SaltError,
  settledBy,
  startBackground,
  startDetached,
  type UserFiles,
} from '@halite/core'
import type { ProcessLogger } from '@halite/core/log'
import { exitCodeOfError } from './exit.ts'
import { PidFile, pidIn } from './pid-file.ts'

/** The part of the configuration a daemon's process needs. */
export interface DaemonConfig {
  readonly log_level: string
  readonly log_level_logfile: string
  readonly log_file: string
  readonly log_format: string
  readonly pidfile: string
  readonly user: string
  readonly drain_timeout: number
}

/** A daemon that was started. */
export interface RunningDaemon<C extends DaemonConfig = DaemonConfig> {
  /** Lets what is under way end, for as long as the configuration says; once `hurry` aborts, nothing is waited for. */
  close(hurry: AbortSignal): Promise<void>
  /** Takes over a configuration that was read again. */
  reload(config: C): void | Promise<void>
  /** Rejects when the daemon cannot go on. */
  readonly failed?: Promise<never>
  /** Resolves when the daemon wants to be started again by its start file. */
  readonly restart?: Promise<void>
}

export interface DaemonInit<C extends DaemonConfig = DaemonConfig> {
  readonly name: string
  readonly config: C
  /** `-d`: in the background. */
  readonly background: boolean
  /** Directories the daemon's user owns. */
  readonly directories: UserFiles['directories']
  /** Logs what is to be said about the configuration, once. */
  readonly remarks?: (log: ProcessLogger) => void
  /** Starts the daemon with a log that is ready. */
  readonly start: (log: ProcessLogger) => Promise<RunningDaemon<C>>
  /** Reads the configuration again, at HUP; throws when it is wrong. */
  readonly reload: () => C
}

/** Set in the environment of a process that was put into the background. */
const backgroundMark = 'HALITE_BACKGROUND'
/** Names the start file of a frozen release, which starts a daemon again when it ends with the code below. */
const launcherMark = 'HALITE_LAUNCHER'
const startAgain = 85
/** What a daemon may take to close beyond `drain_timeout`: time for jobs to clean up, and for what else there is. */
const closeLimitMs = 7000
/** The same after a second signal. */
const hurryLimitMs = 1800

/**
 * A daemon from start to exit code: user, log, pid file, signals. TERM and INT close it, a second one at once; HUP reopens
 * the log file and takes over a configuration that is valid. With `background` the work goes on in a process
 * that has no terminal, and this call returns when that process is ready.
 */
export async function runDaemon<C extends DaemonConfig>(init: DaemonInit<C>): Promise<number> {
  // Whatever it was started with: nothing this process makes is for others to write.
  process.umask(process.umask() | 0o022)
  if (init.background && process.env[backgroundMark] === undefined) return putIntoBackground(init)
  ignoreLostTerminal()
  const coreDumpFault = leaveMemoryOutOfCoreDumps()
  becomeDaemonUser(init)
  const log = await openLog(init)
  if (coreDumpFault !== undefined) log.warning('core dumps would hold keys', { reason: coreDumpFault })
  try {
    init.remarks?.(log)
    return await runUntilStopped(init, log)
  } catch (error) {
    log.critical(messageOf(error), { hint: isSaltError(error) ? error.hint : undefined })
    // In the foreground the log has just said it on the terminal.
    if (init.background || init.config.log_level === 'quiet') throw error
    return exitCodeOfError(error)
  } finally {
    log.close()
  }
}

/** A terminal that was closed, or a full disk behind it, ends no daemon: what it would have shown is lost. */
function ignoreLostTerminal(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
}

/** Log and pid file are opened by that user, in directories that may be the user's: root makes only what is missing. */
function becomeDaemonUser({ config, directories }: DaemonInit): void {
  const { user, log_file, pidfile } = config
  const log = log_file === '' ? [] : [{ path: log_file, mode: 0o640 }]
  becomeUser(user, { directories, files: [...log, { path: pidfile, mode: 0o644 }] })
}

/**
 * The pid is written when the daemon is ready, so that it says so, and so that a second daemon, which never gets that
 * far, leaves the first one's alone. It is removed whatever ends the daemon.
 */
async function runUntilStopped<C extends DaemonConfig>(
  init: DaemonInit<C>,
  log: ProcessLogger,
): Promise<number> {
  // From the beginning: a signal during the start ends a daemon that has started, and leaves nothing behind.
  const stopped = new Promise<void>((resolve) => {
    for (const signal of stopSignals) process.once(signal, () => resolve())
  })
  const daemon = await init.start(log)
  // One more cuts short what the daemon waits for.
  const hurry = new AbortController()
  for (const signal of stopSignals) process.on(signal, () => hurry.abort())
  let pidFile: PidFile | undefined
  try {
    pidFile = new PidFile(init.config.pidfile)
    return await untilStopped(daemon, { init, log, stopped })
  } finally {
    const closing = { log, hurry: hurry.signal, drainMs: init.config.drain_timeout * 1000 }
    await closeInTime(daemon, closing).finally(() => pidFile?.remove())
  }
}

/** Windows sends the last two when Ctrl-Break is pressed and when a console is closed. */
const stopSignals: readonly NodeJS.Signals[] =
  process.platform === 'win32' ? ['SIGINT', 'SIGBREAK', 'SIGHUP'] : ['SIGTERM', 'SIGINT']

async function openLog({ config, background }: DaemonInit): Promise<ProcessLogger> {
  const { createLogger } = await import('@halite/core/log')
  return createLogger({
    level: background ? 'quiet' : (config.log_level as LogLevel),
    ...(config.log_file === '' ? {} : { file: config.log_file }),
    fileLevel: fileLevelOf(config),
    format: config.log_format === 'json' ? 'json' : 'text',
    color: process.stderr.isTTY === true,
  })
}

function fileLevelOf(config: DaemonConfig): LogLevel {
  return (config.log_level_logfile === '' ? config.log_level : config.log_level_logfile) as LogLevel
}

interface Surroundings<C extends DaemonConfig> {
  readonly init: DaemonInit<C>
  readonly log: ProcessLogger
  readonly stopped: Promise<void>
}

/** Whether whoever started this process starts it again when it asks for that. */
export function isSupervised(): boolean {
  return process.env[launcherMark] !== undefined
}

/** Resolves to the exit code once a signal or the daemon has asked for the end; rejects when the daemon cannot go on. */
async function untilStopped<C extends DaemonConfig>(
  daemon: RunningDaemon<C>,
  { init, log, stopped }: Surroundings<C>,
): Promise<number> {
  if (process.platform !== 'win32') process.on('SIGHUP', () => void reload(daemon, init, log))
  process.on('uncaughtException', (error) => log.critical('error that nothing caught', { error }))
  process.on('unhandledRejection', (error) => log.critical('rejection that nothing caught', { error }))
  const never = new Promise<never>(() => undefined)
  return Promise.race([
    stopped.then(() => 0),
    daemon.failed ?? never,
    daemon.restart?.then(() => startAgain) ?? never,
  ])
}

interface Closing {
  readonly log: ProcessLogger
  readonly hurry: AbortSignal
  readonly drainMs: number
}

async function closeInTime(
  daemon: Pick<RunningDaemon, 'close'>,
  { log, hurry, drainMs }: Closing,
): Promise<void> {
  let isClosed = false
  const closed = daemon.close(hurry).then(() => {
    isClosed = true
  })
  await settledBy(closed, { ms: drainMs + closeLimitMs, hurry })
  if (!isClosed) await settledBy(closed, { ms: hurryLimitMs })
  if (!isClosed) log.warning('did not close in time and is ended')
}

async function reload<C extends DaemonConfig>(
  daemon: RunningDaemon<C>,
  init: DaemonInit<C>,
  log: ProcessLogger,
): Promise<void> {
  try {
    const config = init.reload()
    log.reopen()
    log.setLevel(init.background ? 'quiet' : (config.log_level as LogLevel), fileLevelOf(config))
    await daemon.reload(config)
    log.info('configuration read again')
  } catch (error) {
    log.error('configuration not taken over', { reason: messageOf(error) })
  }
}

/** Starts this very command again without a terminal, and waits until it has written its pid file. */
async function putIntoBackground({ config, name }: DaemonInit): Promise<number> {
  const before = pidIn(config.pidfile)
  const launcher = process.env[launcherMark]
  const env = { [backgroundMark]: '1' }
  const pid =
    launcher === undefined
      ? await startDetached(process.argv.slice(1), { env })
      : await startBackground([launcher, ...process.argv.slice(2)], { env: { ...process.env, ...env } })
  for (let waitedMs = 0; waitedMs < 10_000; waitedMs += 50) {
    await new Promise((resolve) => setTimeout(resolve, 50))
    const now = pidIn(config.pidfile)
    // A start file has the daemon as its child.
    if (now !== before && (now === pid || (launcher !== undefined && now !== undefined))) return 0
    if (!isAlive(pid)) break
  }
  throw new SaltError('DAEMON_FAILED', `${name} did not become ready in the background`, {
    hint: `Its log ${config.log_file} says why; or start it without -d.`,
  })
}
