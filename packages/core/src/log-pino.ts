// SPDX-License-Identifier: Apache-2.0

/**
 * The log of a process, written with pino: lines for people on a terminal and in a file, or JSON. It is an entry point
 * of its own (`@halite/core/log`), so that tools which log nothing do not load pino.
 */
import { closeSync } from 'node:fs'
import { type DestinationStream, type Logger as Pino, pino, stdTimeFunctions } from 'pino'
import { isSaltError, messageOf, SaltError } from './errors.ts'
import { atEachLevel, type LogFunction, type Logger, type LogLevel, levelNumbers } from './log.ts'
import { openLogFile } from './log-file.ts'
import { consoleLine, fileLine, type LogRecord, lineFields } from './log-text.ts'
import { LogWriter } from './log-writer.ts'

/** Where log lines go and which. */
export interface LoggerOptions {
  /** Least serious level on the terminal; `quiet` for nothing. */
  readonly level: LogLevel
  /** Log file; its directory is made when it is missing. Default: none. */
  readonly file?: string
  /** Least serious level in the file; default: as `level`. */
  readonly fileLevel?: LogLevel
  /** Text in Salt's form, or one JSON object per line; default text. */
  readonly format?: 'text' | 'json'
  /** The terminal; default: stderr. */
  readonly stream?: { write(text: string): unknown }
  /** Colour the level on the terminal; default: no. */
  readonly color?: boolean
}

/** A logger that owns its file. */
export interface ProcessLogger extends Logger {
  /** Closes the file; lines that come later reach the terminal only. May be called twice. */
  close(): void
  /** Opens the file again under its name, after it was moved away. Throws as `createLogger`, and goes on with the old one. */
  reopen(): void
  /** Changes levels for this logger and all its children; the file's only when it is given. */
  setLevel(level: LogLevel, fileLevel?: LogLevel): void
}

const { all: _all, quiet: _quiet, ...pinoLevels } = levelNumbers

/**
 * Makes the log of a process. Lines are written before the call returns. Fields that are `Secret`s or have the name of a
 * secret are masked. Throws `PERMISSION_DENIED`, `FILE_UNSAFE` or `DIRECTORY_UNSAFE` when the file cannot be opened; a
 * file that cannot be written later is reported on the terminal once, and goes on as soon as it can be.
 */
export function createLogger(options: LoggerOptions): ProcessLogger {
  const sinks = new Sinks(options)
  const root = wrap(pinoTo(sinks), sinks)
  return {
    ...root,
    close: () => sinks.close(),
    reopen: () => sinks.reopen(),
    setLevel: (level, fileLevel) => sinks.setLevel(level, fileLevel),
  }
}

interface OpenedFile {
  readonly writer: LogWriter
  close(): void
}

/** The two places a line may go to, each with its level. */
class Sinks {
  #terminalLevel: number
  #fileLevel: number
  #file: OpenedFile | undefined
  readonly #options: LoggerOptions

  constructor(options: LoggerOptions) {
    this.#options = options
    this.#terminalLevel = levelNumbers[options.level]
    this.#fileLevel = levelNumbers[options.fileLevel ?? options.level]
    this.#file = options.file === undefined ? undefined : this.#open(options.file)
  }

  isEnabled(level: number): boolean {
    return level >= this.#terminalLevel || (this.#file !== undefined && level >= this.#fileLevel)
  }

  write(level: number, line: string): void {
    const { format = 'text', color = false } = this.#options
    const record = format === 'text' ? (JSON.parse(line) as LogRecord) : undefined
    if (level >= this.#terminalLevel) this.#terminal.write(record ? consoleLine(record, color) : line)
    if (level >= this.#fileLevel) this.#file?.writer.write(record ? fileLine(record) : line)
  }

  close(): void {
    this.#file?.close()
    this.#file = undefined
  }

  /** The old file is kept when the new one cannot be opened. */
  reopen(): void {
    const { file } = this.#options
    if (this.#file === undefined || file === undefined) return
    const opened = this.#open(file)
    this.#file.close()
    this.#file = opened
  }

  setLevel(level: LogLevel, fileLevel?: LogLevel): void {
    this.#terminalLevel = levelNumbers[level]
    if (fileLevel !== undefined) this.#fileLevel = levelNumbers[fileLevel]
  }

  get #terminal(): { write(text: string): unknown } {
    return this.#options.stream ?? process.stderr
  }

  #open(file: string): OpenedFile {
    try {
      const descriptor = openLogFile(file)
      return {
        writer: new LogWriter(descriptor, (error) => this.#reportFile(file, error)),
        // Standard streams are not ours to close.
        close: () => (descriptor > 2 ? closeSync(descriptor) : undefined),
      }
    } catch (cause) {
      if (isSaltError(cause)) throw cause
      throw new SaltError('PERMISSION_DENIED', `log file ${file} cannot be opened: ${messageOf(cause)}`, {
        cause,
        hint: 'Its owner has to be the user this runs as: see the options log_file and user.',
      })
    }
  }

  #reportFile(file: string, error: unknown): void {
    this.#terminal.write(`[ERROR   ] log file ${file} cannot be written: ${messageOf(error)}\n`)
  }
}

type OurPino = Pino<keyof typeof pinoLevels>

function pinoTo(sinks: Sinks): OurPino {
  return pino(
    {
      customLevels: pinoLevels,
      useOnlyCustomLevels: true,
      // Levels are decided by the sinks, which may change them under loggers that exist already.
      level: 'garbage',
      base: { pid: process.pid },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    fanOut(sinks),
  )
}

/** pino's stream: its metadata protocol tells the level beside the line. */
function fanOut(sinks: Sinks): DestinationStream {
  const stream = {
    [Symbol.for('pino.metadata')]: true,
    lastLevel: 0,
    write(line: string): void {
      sinks.write(stream.lastLevel, line)
    },
  }
  return stream
}

function wrap(logger: OurPino, sinks: Sinks): Logger {
  const at = (level: LogFunction): Logger['info'] => {
    const number = levelNumbers[level]
    return (message, fields = {}) => {
      if (sinks.isEnabled(number)) logger[level](lineFields(fields), message)
    }
  }
  return {
    ...atEachLevel(at),
    child: (fields) => wrap(logger.child(lineFields(fields)), sinks),
  }
}
