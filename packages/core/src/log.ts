// SPDX-License-Identifier: Apache-2.0

/** Salt's level names, from the most talkative to silence. */
export const logLevels = [
  'all',
  'garbage',
  'trace',
  'debug',
  'profile',
  'info',
  'warning',
  'error',
  'critical',
  'quiet',
] as const

export type LogLevel = (typeof logLevels)[number]

/** Salt's numbers for its levels. */
export const levelNumbers: Readonly<Record<LogLevel, number>> = {
  all: 0,
  garbage: 1,
  trace: 5,
  debug: 10,
  profile: 15,
  info: 20,
  warning: 30,
  error: 40,
  critical: 50,
  quiet: 1000,
}

type Write = (message: string, fields?: Readonly<Record<string, unknown>>) => void

/**
 * Where a part of the product logs. Messages are constant text; what varies goes into `fields`.
 * Payloads are logged at `trace` only.
 */
export interface Logger {
  readonly trace: Write
  readonly debug: Write
  readonly info: Write
  readonly warning: Write
  readonly error: Write
  readonly critical: Write
  /** A logger that adds `fields` to each line; `part` names the component. */
  child(fields: Readonly<Record<string, unknown>>): Logger
}

/** A logger that drops everything. */
export const silentLog: Logger = {
  trace: drop,
  debug: drop,
  info: drop,
  warning: drop,
  error: drop,
  critical: drop,
  child: () => silentLog,
}

function drop(): undefined {
  return undefined
}

/** A level that a logger has a function of its own for. */
export type LogFunction = Exclude<keyof Logger, 'child'>

/** The functions of a logger, each made by `at`. */
export function atEachLevel(at: (level: LogFunction) => Logger['info']): Pick<Logger, LogFunction> {
  return {
    trace: at('trace'),
    debug: at('debug'),
    info: at('info'),
    warning: at('warning'),
    error: at('error'),
    critical: at('critical'),
  }
}
