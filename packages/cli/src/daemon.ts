// SPDX-License-Identifier: Apache-2.0
import {
  closeSync,
  constants,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import {
  becomeUser,
  isAlive,
  isSaltError,
  type LogLevel,
  messageOf,
  SaltError,
  startDetached,
  systemCodeOf,
} from '@halite/core'
import type { ProcessLogger } from '@halite/core/log'
import { exitCodeOfError } from './exit.ts'

/** The part of the configuration a daemon's process needs. */
export interface DaemonConfig {
  readonly log_level: string
  readonly log_level_logfile: string
  readonly log_file: string
  readonly log_format: string
  readonly pidfile: string
  readonly user: string
}

/** A daemon that was started. */
export interface RunningDaemon<C extends DaemonConfig = DaemonConfig> {
  close(): Promise<void>
  /** Takes over a configuration that was read again. */
  reload(config: C): void | Promise<void>
  /** Rejects when the daemon cannot go on. */
  readonly failed?: Promise<never>
}

export interface DaemonParts<C extends DaemonConfig = DaemonConfig> {
  readonly name: string
  readonly config: C
  /** `-d`: in the background. */
  readonly background: boolean
  /** Directories the daemon's user owns. */
  readonly directories: readonly string[]
  /** Starts the daemon with a log that is ready. */
  readonly start: (log: ProcessLogger) => Promise<RunningDaemon<C>>
  /** Reads the configuration again, at HUP; throws when it is wrong. */
  readonly reload: () => C
}

/** Set in the environment of a process that was put into the background. */
const backgroundMark = 'HALITE_BACKGROUND'
/** A daemon that has not closed by then is ended. */
const closeLimitMs = 1800

/**
 * A daemon from start to exit code: log, pid file, signals. TERM and INT close it within two seconds, HUP reopens the log
 * file and takes over a configuration that is valid. With `background` the work goes on in a process
 * that has no terminal, and this call returns when that process is ready.
 */
export async function runDaemon<C extends DaemonConfig>(parts: DaemonParts<C>): Promise<number> {
  if (parts.background && process.env[backgroundMark] === undefined) return putIntoBackground(parts)
  const log = await openLog(parts)
  try {
    const daemon = await startAsUser(parts, log)
    return await untilStopped(daemon, parts, log)
  } catch (error) {
    log.critical(messageOf(error), { hint: isSaltError(error) ? error.hint : undefined })
    // In the foreground the log has just said it on the terminal.
    if (parts.background || parts.config.log_level === 'quiet') throw error
    return exitCodeOfError(error)
  } finally {
    log.close()
  }
}

/**
 * Log and pid file are open before the daemon's user takes over: both may need root. The pid is written when the daemon
 * is ready, so that it says so, and so that a second daemon, which never gets that far, leaves the first one's alone.
 */
async function startAsUser<C extends DaemonConfig>(
  parts: DaemonParts<C>,
  log: ProcessLogger,
): Promise<RunningDaemon<C>> {
  const { config, directories } = parts
  const pidFile = new PidFile(config.pidfile)
  // So that HUP can open the log again, and the end empty the pid file.
  const files = [config.pidfile, ...(config.log_file === '' ? [] : [config.log_file])]
  becomeUser(config.user, { directories, files })
  const daemon = await parts.start(log)
  pidFile.write()
  return {
    ...(daemon.failed === undefined ? {} : { failed: daemon.failed }),
    reload: (config) => daemon.reload(config),
    close: async () => {
      await daemon.close()
      pidFile.remove()
    },
  }
}

class PidFile {
  readonly #path: string
  readonly #descriptor: number

  constructor(path: string) {
    this.#path = path
    mkdirSync(dirname(path), { recursive: true })
    this.#descriptor = openSync(path, constants.O_WRONLY | constants.O_CREAT, 0o644)
  }

  write(): void {
    ftruncateSync(this.#descriptor, 0)
    writeSync(this.#descriptor, `${process.pid}\n`)
  }

  /** Removes the file; a user who may not is content to empty it. */
  remove(): void {
    ftruncateSync(this.#descriptor, 0)
    closeSync(this.#descriptor)
    try {
      rmSync(this.#path, { force: true })
    } catch (error) {
      if (systemCodeOf(error) !== 'EACCES' && systemCodeOf(error) !== 'EPERM') throw error
    }
  }
}

async function openLog({ config, background }: DaemonParts): Promise<ProcessLogger> {
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

/** Resolves to the exit code once a signal, or a failure, has ended the daemon and it has closed. */
async function untilStopped<C extends DaemonConfig>(
  daemon: RunningDaemon<C>,
  parts: DaemonParts<C>,
  log: ProcessLogger,
): Promise<number> {
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve())
  })
  process.on('SIGHUP', () => void reload(daemon, parts, log))
  process.on('uncaughtException', (error) => log.critical('error that nothing caught', { error }))
  process.on('unhandledRejection', (error) => log.critical('rejection that nothing caught', { error }))
  let failure: unknown
  await Promise.race([stopped, daemon.failed ?? new Promise<never>(() => undefined)]).catch(
    (error: unknown) => {
      failure = error
    },
  )
  await closeInTime(daemon, log)
  if (failure !== undefined) throw failure
  return 0
}

async function closeInTime(daemon: RunningDaemon, log: ProcessLogger): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(() => {
      log.warning('did not close in time and is ended')
      resolve()
    }, closeLimitMs)
  })
  await Promise.race([daemon.close(), limit])
  clearTimeout(timer)
}

async function reload<C extends DaemonConfig>(
  daemon: RunningDaemon<C>,
  parts: DaemonParts<C>,
  log: ProcessLogger,
): Promise<void> {
  try {
    const config = parts.reload()
    log.reopen()
    log.setLevel(parts.background ? 'quiet' : (config.log_level as LogLevel), fileLevelOf(config))
    await daemon.reload(config)
    log.info('configuration read again')
  } catch (error) {
    log.error('configuration not taken over', { reason: messageOf(error) })
  }
}

/** Starts this very command again without a terminal, and waits until it has written its pid file. */
async function putIntoBackground({ config, name }: DaemonParts): Promise<number> {
  const before = pidIn(config.pidfile)
  const pid = await startDetached(process.argv.slice(1), { env: { [backgroundMark]: '1' } })
  for (let waitedMs = 0; waitedMs < 10_000; waitedMs += 50) {
    await new Promise((resolve) => setTimeout(resolve, 50))
    const now = pidIn(config.pidfile)
    if (now === pid && now !== before) return 0
    if (!isAlive(pid)) break
  }
  throw new SaltError('DAEMON_FAILED', `${name} did not become ready in the background`, {
    hint: `Its log ${config.log_file} says why; or start it without -d.`,
  })
}

function pidIn(path: string): number | undefined {
  try {
    return Number(readFileSync(path, 'utf8'))
  } catch {
    // No pid file: nothing runs under it.
    return undefined
  }
}
