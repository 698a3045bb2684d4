// SPDX-License-Identifier: Apache-2.0
import { SaltError } from '@halite/core'

/** A time as Salt writes it, in UTC: `2026-01-31 23:59:59`. Throws for anything else. */
export function readTime(text: string): Date {
  const parts = /^(\d{4})-(\d\d?)-(\d\d?) (\d\d?):(\d\d?):(\d\d?)$/.exec(text)
  const [year = 0, month = 0, ...rest] = (parts ?? []).slice(1).map(Number)
  const [day = 0, hour = 0, minute = 0, second = 0] = rest
  const at = new Date(Date.UTC(year, month - 1, day, hour, minute, second))
  const isReal = parts !== null && at.getUTCMonth() === month - 1 && at.getUTCDate() === day && hour < 24
  if (isReal && minute < 60 && second < 60) return at
  throw new SaltError('ARGUMENTS_INVALID', `time data '${text}' does not match format '%Y-%m-%d %H:%M:%S'`)
}

/** A time as Salt writes it. */
export function timeText(at: Date): string {
  return at.toISOString().slice(0, 19).replace('T', ' ')
}

/** A moment so many days from now, without fractions of a second. */
export function inDays(days: number): Date {
  return wholeSeconds(new Date(Date.now() + days * 86_400_000))
}

/** Now, without fractions of a second. */
export function now(): Date {
  return wholeSeconds(new Date())
}

function wholeSeconds(at: Date): Date {
  return new Date(Math.floor(at.getTime() / 1000) * 1000)
}
