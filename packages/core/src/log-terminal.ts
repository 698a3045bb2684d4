// SPDX-License-Identifier: Apache-2.0
import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { messageOf, SaltError } from './errors.ts'
import { atEachLevel, type LogFunction, type Logger, type LogLevel, levelNumbers } from './log.ts'
import { openLogFile } from './log-file.ts'
import { consoleLine, fileLine, type LogRecord, lineFields } from './log-text.ts'
import { LogWriter } from './log-writer.ts'
import { openAsTyped } from './own-file.ts'

/** Which lines reach the terminal. */
export interface TerminalLogOptions {
  /** Least serious level; `quiet` for nothing. */
  readonly level: LogLevel
  /** The terminal. */
  readonly stream: { write(text: string): unknown }
  /** A file that lines are added to as well. */
  readonly file?: LogFile
}

/** Where a tool that was asked to keeps a log. */
export interface LogFile {
  /** Made when it is missing, and its directory too. */
  readonly path: string
  /** Least serious level; `quiet` for nothing. */
  readonly level: LogLevel
  /** Text in Salt's form, or one JSON object per line. */
  readonly format: 'text' | 'json'
  /** Whether a symbolic link at `path` is followed: for a path that a person typed. */
  readonly followLink: boolean
}

type Fields = Readonly<Record<string, unknown>>

/**
 * The log of a tool that ends soon: the lines that the log of a process (`@halite/core/log`) writes, without the library
 * behind that one, which takes longer to load than most tools run. A line is in the file before the call returns.
 * Throws `PERMISSION_DENIED` when the file cannot be opened; one that cannot be written is reported once.
 */
export function terminalLog(options: TerminalLogOptions): Logger {
  const { level, stream, file } = options
  const console: Sink = {
    least: levelNumbers[level],
    write: (record) => stream.write(consoleLine(record, false)),
  }
  return loggerWith({}, file === undefined ? [console] : [console, fileSink(file, stream)])
}

interface Sink {
  readonly least: number
  readonly write: (record: LogRecord) => void
}

function fileSink({ path, level, format, followLink }: LogFile, stream: TerminalLogOptions['stream']): Sink {
  const writer = new LogWriter(openedForAppending(path, followLink), (error) =>
    stream.write(`[ERROR   ] log file ${path} cannot be written: ${messageOf(error)}\n`),
  )
  return {
    least: levelNumbers[level],
    write: (record) => writer.write(format === 'json' ? `${JSON.stringify(record)}\n` : fileLine(record)),
  }
}

function openedForAppending(path: string, followLink: boolean): number {
  try {
    if (!followLink) return openLogFile(path)
    mkdirSync(dirname(path), { recursive: true, mode: 0o755 })
    return openAsTyped(path, { mode: 0o640, append: true })
  } catch (cause) {
    throw new SaltError('PERMISSION_DENIED', `log file ${path} cannot be opened: ${messageOf(cause)}`, {
      cause,
      hint: 'Name another file with --log-file.',
    })
  }
}

function loggerWith(inherited: Fields, sinks: readonly Sink[]): Logger {
  const at = (level: LogFunction): Logger['info'] => {
    const wanting = sinks.filter(({ least }) => levelNumbers[level] >= least)
    if (wanting.length === 0) return () => undefined
    return (msg, fields = {}) => {
      const time = new Date().toISOString()
      const record = asWritten({ level, time, pid: process.pid, ...inherited, ...lineFields(fields), msg })
      for (const { write } of wanting) write(record)
    }
  }
  return {
    ...atEachLevel(at),
    child: (fields) => loggerWith({ ...inherited, ...lineFields(fields) }, sinks),
  }
}

/** What is left of a record once it is JSON, which is what a line shows. */
function asWritten(record: object): LogRecord {
  return JSON.parse(JSON.stringify(record))
}
