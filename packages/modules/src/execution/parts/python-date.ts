// SPDX-License-Identifier: Apache-2.0
import { SaltError } from '@halite/core'

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const longMonths = 'january|february|march|april|may|june|july|august|september|october|november|december'
const longDays = 'monday|tuesday|wednesday|thursday|friday|saturday|sunday'

/** What each directive matches. */
const directives: Readonly<Record<string, string>> = {
  Y: '\\d{4}',
  y: '\\d{2}',
  m: '1[0-2]|0[1-9]|[1-9]',
  d: '3[01]|[12]\\d|0[1-9]|[1-9]| [1-9]',
  j: '36[0-6]|3[0-5]\\d|[12]\\d{2}|0[1-9]\\d|00[1-9]|[1-9]\\d|0[1-9]|[1-9]',
  H: '2[0-3]|[01]\\d|\\d',
  I: '1[0-2]|0[1-9]|[1-9]',
  M: '[0-5]\\d|\\d',
  S: '6[01]|[0-5]\\d|\\d',
  f: '\\d{1,6}',
  p: 'am|pm',
  b: months.join('|'),
  B: longMonths,
  a: 'mon|tue|wed|thu|fri|sat|sun',
  A: longDays,
}

/**
 * The time that a text holds by a format of Python's `strptime`, its parts read as UTC; undefined when it is not in that format.
 * Throws ARGUMENTS_INVALID for a directive that is not known.
 */
export function pythonDate(text: string, format: string): Date | undefined {
  const names: string[] = []
  const source = format.replace(/%(.)|\s+|[^\w\s]/gs, (token, directive?: string) => {
    if (directive === undefined) return /\s/.test(token) ? '\\s+' : `\\${token}`
    if (directive === '%') return '%'
    const pattern = directives[directive]
    if (pattern === undefined)
      throw new SaltError('ARGUMENTS_INVALID', `'${directive}' is a bad directive in format '${format}'`)
    names.push(directive)
    return `(${pattern})`
  })
  const found = new RegExp(`^${source}$`, 'i').exec(text)
  return found === null
    ? undefined
    : dateOf(new Map(names.map((name, index) => [name, found[index + 1] ?? ''])))
}

function dateOf(parts: ReadonlyMap<string, string>): Date | undefined {
  const number = (name: string, usual: number) => Number(parts.get(name)?.trim() || usual)
  const named = parts.get('b') ?? parts.get('B')?.slice(0, 3)
  const dayOfYear = parts.get('j')
  const month = named === undefined ? number('m', 1) : months.indexOf(named.toLowerCase()) + 1
  const at = dayOfYear === undefined ? [month, number('d', 1)] : [1, Number(dayOfYear)]
  const micros = Number((parts.get('f') ?? '0').padEnd(6, '0'))
  const date = new Date(
    Date.UTC(
      yearOf(parts),
      (at[0] ?? 1) - 1,
      at[1],
      hourOf(parts),
      number('M', 0),
      number('S', 0),
      micros / 1000,
    ),
  )
  const isReal = dayOfYear !== undefined || date.getUTCDate() === at[1]
  return isReal ? date : undefined
}

function yearOf(parts: ReadonlyMap<string, string>): number {
  const short = parts.get('y')
  if (short === undefined) return Number(parts.get('Y') ?? 1900)
  return Number(short) + (Number(short) < 69 ? 2000 : 1900)
}

function hourOf(parts: ReadonlyMap<string, string>): number {
  const hour = parts.get('I')
  if (hour === undefined) return Number(parts.get('H') ?? 0)
  return (Number(hour) % 12) + (parts.get('p')?.toLowerCase() === 'pm' ? 12 : 0)
}
