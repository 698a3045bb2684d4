// SPDX-License-Identifier: Apache-2.0
import { plainNumber, strftime } from '@halite/core'
import { type NativeRow, pythonErrorOf } from '../../runtime/native.ts'
import { Markup } from '../../runtime/objects.ts'
import type { Runtime } from '../../runtime/runtime.ts'
import { Undefined } from '../../runtime/undefined.ts'

/** Salt's filters for dates. */
export const dateFilters: readonly NativeRow[] = [
  ['strftime', 'date?, format?', (rt, [value, format]) => formatted(rt, value, format)],
  ['date_format', 'date?, format?', (rt, [value, format]) => formatted(rt, value, format)],
]

function formatted(rt: Runtime, value: unknown, format: unknown): string {
  return strftime(dateOf(rt, value), format === undefined ? '%Y-%m-%d' : rt.text(format))
}

/** Seconds since 1970, or text that says so or is a date by ISO's or the usual orders. None is now. */
function dateOf(rt: Runtime, value: unknown): Date {
  if (value === undefined || value === null) return new Date(rt.services.wallClock())
  if (value instanceof Undefined) return value.fail()
  const text = value instanceof Markup ? value.text : value
  const seconds = typeof text === 'string' ? numberIn(text) : plainNumber(text)
  const date = seconds === undefined ? dateIn(String(text)) : new Date(Number(seconds) * 1000)
  if (date === undefined || Number.isNaN(date.getTime())) {
    throw pythonErrorOf(`Unable to parse ${rt.str(value)}. Consider installing timelib`)
  }
  return date
}

function numberIn(text: string): number | undefined {
  return /^\s*[+-]?\d+(?:\.\d+)?\s*$/.test(text) ? Number(text) : undefined
}

function dateIn(text: string): Date | undefined {
  const match =
    /^\s*(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2}))?)?\s*(Z|UTC)?\s*$/.exec(text)
  if (match === null) return undefined
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((part) => Number(part ?? 0))
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60)
    return undefined
  return match[7] === undefined
    ? new Date(year, month - 1, day, hour, minute, second)
    : new Date(Date.UTC(year, month - 1, day, hour, minute, second))
}
