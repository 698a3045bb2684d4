// SPDX-License-Identifier: Apache-2.0
import { SaltError } from '@halite/core'

/** Parts of a time; those that are not given are those of now. */
export interface ClockTime {
  readonly years?: number | undefined
  readonly months?: number | undefined
  readonly days?: number | undefined
  readonly hours?: number | undefined
  readonly minutes?: number | undefined
  readonly seconds?: number | undefined
}

/** A time whole. */
export type ClockParts = readonly [
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
]

/** What is given, with the parts of `now` in place of the others. Throws `ARGUMENTS_INVALID` when there is no such time. */
export function wholeTime(given: ClockTime, now: Date): ClockParts {
  const parts = [
    given.years ?? now.getFullYear(),
    given.months ?? now.getMonth() + 1,
    given.days ?? now.getDate(),
    given.hours ?? now.getHours(),
    given.minutes ?? now.getMinutes(),
    given.seconds ?? now.getSeconds(),
  ] as const
  const [year, month, day, hour, minute, second] = parts
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second))
  const isTime = partsAtUtc(date).every((value, at) => value === parts[at])
  if (year >= 1 && year <= 9999 && isTime) return parts
  throw new SaltError('ARGUMENTS_INVALID', `there is no time ${parts.join('-')}`)
}

/** The parts of a time as a clock at UTC shows them. */
export function partsAtUtc(date: Date): ClockParts {
  return [
    date.getUTCFullYear(),
    date.getUTCMonth() + 1,
    date.getUTCDate(),
    date.getUTCHours(),
    date.getUTCMinutes(),
    date.getUTCSeconds(),
  ]
}

/** `23:20`, `23:20:30`, `11:20 PM`, `11:20:30 PM`; undefined for what is no time of day. */
export function parseTime(text: string): ClockTime | undefined {
  const [, hour = '', minute = '', second = '0', half] =
    /^(\d{1,2}):(\d{1,2})(?::(\d{1,2}))?(?: ([AaPp][Mm]))?$/.exec(text) ?? []
  const [hours, minutes, seconds] = [Number(hour), Number(minute), Number(second)]
  if (hour === '' || minutes > 59 || seconds > 59) return undefined
  if (half === undefined) return hours > 23 ? undefined : { hours, minutes, seconds }
  if (hours < 1 || hours > 12) return undefined
  return { hours: (hours % 12) + (half.toLowerCase() === 'pm' ? 12 : 0), minutes, seconds }
}

/** `2013-03-28`, `03-28-2013`, `03-28-13`, and the same with slashes; undefined for what is no date. */
export function parseDate(text: string): ClockTime | undefined {
  const yearFirst = /^(?<y>\d{4})(?<s>[-/])(?<m>\d{1,2})\k<s>(?<d>\d{1,2})$/.exec(text)?.groups
  const yearLast = /^(?<m>\d{1,2})(?<s>[-/])(?<d>\d{1,2})\k<s>(?<y>\d{4}|\d{2})$/.exec(text)?.groups
  const { y = '', m, d } = yearFirst ?? yearLast ?? {}
  if (y === '') return undefined
  return { years: y.length === 2 ? centuryOf(Number(y)) : Number(y), months: Number(m), days: Number(d) }
}

/** Two digits mean 1969 to 2068, as POSIX says. */
function centuryOf(year: number): number {
  return year < 69 ? 2000 + year : 1900 + year
}
