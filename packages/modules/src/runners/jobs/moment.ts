// SPDX-License-Identifier: Apache-2.0
import { jidAt, SaltError, show } from '@halite/core'

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

const dateForms = [
  /^(?<year>\d{4})[-/]?(?<month>\d{2})[-/]?(?<day>\d{2})$/,
  /^(?<year>\d{4}),? (?<name>[a-z]{3,9}) (?<day>\d{1,2})$/i,
  /^(?<name>[a-z]{3,9}) (?<day>\d{1,2}),? (?<year>\d{4})$/i,
  /^(?<day>\d{1,2}) (?<name>[a-z]{3,9}),? (?<year>\d{4})$/i,
]
const timeForm =
  /^(?<hour>\d{2}):?(?<minute>\d{2})(?::?(?<second>\d{2})(?:\.?(?<fraction>\d{1,6}))?)? ?(?<zone>z|utc|[+-]\d{2}:?\d{2})?$/i

/**
 * The jid of a moment that a person wrote, so that jobs can be compared with it: a jid, `2026-11-20`,
 * `2026-11-20 04:47:28.176538`, with `T` and a zone too, or with the month by name: `2026, Nov 20 04:47` (as the
 * runners print it), `Nov 20, 2026`, `20 Nov 2026`. Without a zone it is UTC, as jids are. Throws `ARGUMENTS_INVALID`.
 */
export function jidOfMoment(text: string): string {
  const { date, time } = partsOf(text.trim().slice(0, 64))
  const dayMs = dayOf(date)
  const offset = time === '' ? 0n : timeOf(time)
  if (dayMs === undefined || offset === undefined) throw unreadable(text)
  return jidAt(BigInt(dayMs) * 1000n + offset)
}

/** The time of day begins behind `T`, at the first part with a colon, or behind the eight digits of a jid's date. */
function partsOf(text: string): { date: string; time: string } {
  const digits = /^(\d{8})(\d{4,12})$/.exec(text)
  if (digits) return { date: digits[1] ?? '', time: digits[2] ?? '' }
  const [date = '', ...rest] = text.split(/T(?=\d)|,? (?=\d{1,2}:)/)
  return { date, time: rest.join(' ').replace(/^\d:/, '0$&') }
}

function dayOf(text: string): number | undefined {
  const groups = dateForms.map((form) => form.exec(text)?.groups).find((found) => found !== undefined)
  if (groups === undefined) return undefined
  const { year, name, day } = groups
  const month =
    name === undefined ? Number(groups['month']) : months.indexOf(name.slice(0, 3).toLowerCase()) + 1
  const ms = Date.UTC(Number(year), month - 1, Number(day))
  const made = new Date(ms)
  const exists = made.getUTCMonth() === month - 1 && made.getUTCDate() === Number(day)
  return exists && made.getUTCFullYear() === Number(year) ? ms : undefined
}

/** Microseconds from the beginning of the day in UTC. */
function timeOf(text: string): bigint | undefined {
  const groups = timeForm.exec(text)?.groups
  if (groups === undefined) return undefined
  const { hour, minute, second = '0', fraction = '0', zone } = groups
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined
  const seconds = (Number(hour) * 60 + Number(minute)) * 60 + Number(second) - zoneSeconds(zone)
  return BigInt(seconds) * 1_000_000n + BigInt(fraction.padEnd(6, '0'))
}

function zoneSeconds(zone: string | undefined): number {
  const [, sign, hours, minutes] = /^([+-])(\d{2}):?(\d{2})$/.exec(zone ?? '') ?? []
  const seconds = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60
  return sign === '-' ? -seconds : seconds
}

function unreadable(text: string): SaltError {
  return new SaltError('ARGUMENTS_INVALID', `${show(text)} is no moment that can be read`, {
    hint: "Write '2026-11-20 04:47:28', '2026, Nov 20 04:47', or a jid; without a zone it is UTC.",
  })
}
