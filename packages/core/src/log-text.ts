// SPDX-License-Identifier: Apache-2.0
import { withJsonControls } from './control-characters.ts'
import { maskFields } from './log-mask.ts'

/** A log line as pino writes it. */
export interface LogRecord {
  readonly level: string
  /** ISO 8601. */
  readonly time: string
  readonly pid: number
  readonly msg?: string
  readonly [field: string]: unknown
}

/** In a file a record is one line, whatever its message says. */
const escapedLineBreak = '\\u000a'
/** Width of `[WARNING ] `. */
const consoleIndent = 11

const own = new Set(['level', 'time', 'pid', 'msg', 'part'])

/** Terminal colours by level; levels without one stay plain. */
const colours: Readonly<Record<string, string>> = {
  trace: '\u001b[2m',
  debug: '\u001b[36m',
  info: '\u001b[32m',
  warning: '\u001b[33m',
  error: '\u001b[31m',
  critical: '\u001b[1;31m',
}

/** Fields as they may be written: masked, and under names that do not hide those of the line itself. */
export function lineFields(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const entries = Object.entries(maskFields(fields))
  return Object.fromEntries(entries.map(([name, value]) => [lineNames.has(name) ? `${name}_` : name, value]))
}

const lineNames = new Set(['level', 'time', 'pid', 'msg'])

/**
 * A line for the terminal in Salt's form, `[INFO    ] message`, with the fields as `name=value` behind it. The message may have
 * more lines: they are indented below the first, so that none of them can look like a line of its own.
 */
export function consoleLine(record: LogRecord, color: boolean): string {
  const level = levelName(record)
  const colour = color ? colours[record.level] : undefined
  return `[${colour === undefined ? level : `${colour}${level}\u001b[0m`}] ${sentence(record, `\n${' '.repeat(consoleIndent)}`)}\n`
}

/** A line for a log file in Salt's form, with the part of the program where Salt names a Python module and line. */
export function fileLine(record: LogRecord): string {
  const part = String(record['part'] ?? 'salt').padEnd(17)
  return `${localTime(record.time)} [${part}][${levelName(record)}][${record.pid}] ${sentence(record, escapedLineBreak)}\n`
}

function levelName(record: LogRecord): string {
  return record.level.toUpperCase().padEnd(8)
}

/** `lineBreak` stands for each line break of the message. */
function sentence(record: LogRecord, lineBreak: string): string {
  const fields = Object.entries(record).filter(([name]) => !own.has(name))
  const message = (record.msg ?? '').trimEnd().split('\n').map(printable).join(lineBreak)
  return [message, ...fields.map(([name, value]) => `${name}=${fieldText(value)}`)].join(' ')
}

function fieldText(value: unknown): string {
  if (typeof value === 'string' && /^[\w./:@%+*~-]+$/.test(value)) return value
  return printable(JSON.stringify(value))
}

/** No line break and no terminal command gets through. */
function printable(text: string): string {
  return withJsonControls(text).replace(/[\t\n]/g, (blank) => (blank === '\n' ? escapedLineBreak : '\\u0009'))
}

/** `2026-11-20 04:53:48,714` in the time zone of the process. */
function localTime(iso: string): string {
  const at = new Date(iso)
  const two = (value: number) => String(value).padStart(2, '0')
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
  const time = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`
  return `${day} ${time},${String(at.getMilliseconds()).padStart(3, '0')}`
}
