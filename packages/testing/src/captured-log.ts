// SPDX-License-Identifier: Apache-2.0
import type { Logger, LogLevel } from '@halite/core'

/** One line as it was logged. */
export interface CapturedLine {
  readonly level: LogLevel
  readonly message: string
  readonly fields: Readonly<Record<string, unknown>>
}

/** A logger that keeps every line, for tests that look for one. */
export interface CapturedLog {
  readonly log: Logger
  /** In the order they were logged; grows. */
  readonly lines: readonly CapturedLine[]
  /** The first line with this message, if there is one yet. */
  find(message: string): CapturedLine | undefined
}

/** Makes a logger that keeps what it is given, fields of its children included. */
export function captureLog(): CapturedLog {
  const lines: CapturedLine[] = []
  return {
    log: loggerInto(lines, {}),
    lines,
    find: (message) => lines.find((line) => line.message === message),
  }
}

function loggerInto(lines: CapturedLine[], bound: Readonly<Record<string, unknown>>): Logger {
  const write =
    (level: LogLevel) =>
    (message: string, fields: Readonly<Record<string, unknown>> = {}) => {
      lines.push({ level, message, fields: { ...bound, ...fields } })
    }
  return {
    trace: write('trace'),
    debug: write('debug'),
    info: write('info'),
    warning: write('warning'),
    error: write('error'),
    critical: write('critical'),
    child: (fields) => loggerInto(lines, { ...bound, ...fields }),
  }
}
