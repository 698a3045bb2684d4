// SPDX-License-Identifier: Apache-2.0
import { atEachLevel, type LogFunction, type Logger, type LogLevel, levelNumbers } from './log.ts'
import { consoleLine, type LogRecord, lineFields } from './log-text.ts'

/** Which lines reach the terminal. */
export interface TerminalLogOptions {
  /** Least serious level; `quiet` for nothing. */
  readonly level: LogLevel
  /** The terminal. */
  readonly stream: { write(text: string): unknown }
}

type Fields = Readonly<Record<string, unknown>>

/**
 * The log of a tool that ends soon and keeps no log file: the lines that the log of a process (`@halite/core/log`) writes
 * on its terminal, without the library behind that one, which takes longer to load than most tools run.
 */
export function terminalLog(options: TerminalLogOptions): Logger {
  return loggerWith({}, options)
}

function loggerWith(inherited: Fields, options: TerminalLogOptions): Logger {
  const least = levelNumbers[options.level]
  const at = (level: LogFunction): Logger['info'] => {
    if (levelNumbers[level] < least) return () => undefined
    return (msg, fields = {}) => {
      const record = { level, time: '', pid: process.pid, ...inherited, ...lineFields(fields), msg }
      options.stream.write(consoleLine(asWritten(record), false))
    }
  }
  return {
    ...atEachLevel(at),
    child: (fields) => loggerWith({ ...inherited, ...lineFields(fields) }, options),
  }
}

/** What is left of a record once it is JSON, which is what a line shows. */
function asWritten(record: object): LogRecord {
  return JSON.parse(JSON.stringify(record))
}
