// SPDX-License-Identifier: Apache-2.0

import { SaltError, strftime } from '@halite/core'
import { arg, type ExecContext, fn } from '@halite/loader'
import {
  type ClockParts,
  type ClockTime,
  parseDate,
  parseTime,
  partsAtUtc,
  wholeTime,
} from './parse-clock.ts'
import { timeArguments } from './time-arguments.ts'

const utcOffset = arg
  .string('Offset from UTC, such as ``+0200``; default the time zone of the machine.')
  .optional()

/** The functions of `system` that read and set the clock. */
export const clockFunctions = {
  get_system_time: fn({
    doc: 'Return the time of day.',
    examples: ["salt '*' system.get_system_time", "salt '*' system.get_system_time -0500"],
    args: { utc_offset: utcOffset },
    run: (_ctx, { utc_offset: offset }) => shownTime('%I:%M:%S %p', offset),
  }),
  get_system_date: fn({
    doc: 'Return the date.',
    examples: ["salt '*' system.get_system_date"],
    args: { utc_offset: utcOffset },
    run: (_ctx, { utc_offset: offset }) => shownTime('%a %m/%d/%Y', offset),
  }),
  get_system_date_time: fn({
    doc: 'Return date and time, as ``2026-11-27 14:05:09``.',
    examples: ["salt '*' system.get_system_date_time '-0500'"],
    args: { utc_offset: utcOffset },
    run: (_ctx, { utc_offset: offset }) => shownTime('%Y-%m-%d %H:%M:%S', offset),
  }),
  set_system_time: fn({
    doc: 'Set the time of day. Returns ``True``; ``False`` for what is no time.',
    examples: ["salt '*' system.set_system_time '11:20'", "salt '*' system.set_system_time '11:20 PM'"],
    args: {
      newtime: arg.string('``23:20``, ``23:20:30``, ``11:20 PM`` or ``11:20:30 PM``.'),
      utc_offset: utcOffset,
    },
    run: (ctx, { newtime, utc_offset: offset }) => {
      const time = parseTime(newtime)
      return time === undefined ? false : setClock(ctx, time, offset)
    },
  }),
  set_system_date: fn({
    doc: 'Set the date. Returns ``True``.',
    examples: ["salt '*' system.set_system_date '03-28-13'"],
    args: {
      newdate: arg.string('``2013-03-28``, ``03-28-2013``, ``03-28-13``, or with slashes.'),
      utc_offset: utcOffset,
    },
    run: (ctx, { newdate, utc_offset: offset }) => {
      const date = parseDate(newdate)
      if (date === undefined) throw new SaltError('ARGUMENTS_INVALID', `Invalid date format: '${newdate}'`)
      return setClock(ctx, date, offset)
    },
  }),
  set_system_date_time: fn({
    doc: 'Set date and time, or parts of them. Returns ``True``.',
    examples: ["salt '*' system.set_system_date_time 2015 5 12 11 37 53 '-0500'"],
    args: {
      ...timeArguments,
      utc_offset: utcOffset,
    },
    run: (ctx, { utc_offset: offset, ...time }) => setClock(ctx, time, offset),
  }),
  has_settable_hwclock: fn({
    doc: 'Return whether the machine has a clock of its own that can be set.',
    examples: ["salt '*' system.has_settable_hwclock"],
    run: (ctx) => hasHardwareClock(ctx),
  }),
}

function shownTime(format: string, offset: string | undefined): string {
  return strftime(wallClock(offset), format)
}

/** Now, as a date whose parts in the time zone of the machine are those at the offset. */
function wallClock(offset: string | undefined): Date {
  const now = new Date()
  if (offset === undefined) return now
  const shifted = new Date(now.getTime() + minutesOf(offset) * 60_000)
  return new Date(
    shifted.getUTCFullYear(),
    shifted.getUTCMonth(),
    shifted.getUTCDate(),
    shifted.getUTCHours(),
    shifted.getUTCMinutes(),
    shifted.getUTCSeconds(),
  )
}

function minutesOf(offset: string): number {
  const [, sign, hours, minutes] = /^([+-])?(\d\d)(\d\d)$/.exec(offset) ?? []
  if (hours === undefined) throw new SaltError('ARGUMENTS_INVALID', `Invalid UTC offset: '${offset}'`)
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes))
}

/** Sets the clock of the system, and that of the machine where there is one. */
async function setClock(ctx: ExecContext, given: ClockTime, offset: string | undefined): Promise<true> {
  const parts = wholeTime(given, wallClock(offset))
  const word = offset === undefined ? wordOf(parts) : wordAtUtc(parts, offset)
  const argv = ['date', ...(offset === undefined ? [] : ['-u']), word]
  const { retcode, stderr } = await ctx.run.text(argv)
  if (retcode !== 0) throw new SaltError('COMMAND_FAILED', `date failed: ${stderr.trim()}`)
  if (await hasHardwareClock(ctx)) {
    const set = await ctx.run.text(['hwclock', '--systohc'])
    if (set.retcode !== 0)
      ctx.log.warning(`hwclock failed to set hardware clock from software clock: ${set.stderr}`)
  }
  return true
}

/** `MMDDhhmmYYYY.ss`, the form that every `date` reads. */
function wordOf([year, month, day, hour, minute, second]: ClockParts): string {
  const two = (value: number) => String(value).padStart(2, '0')
  return `${two(month)}${two(day)}${two(hour)}${two(minute)}${String(year).padStart(4, '0')}.${two(second)}`
}

function wordAtUtc([year, month, day, hour, minute, second]: ClockParts, offset: string): string {
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute - minutesOf(offset), second))
  return wordOf(partsAtUtc(date))
}

async function hasHardwareClock(ctx: ExecContext): Promise<boolean> {
  if (ctx.which('hwclock') === undefined) return false
  return (await ctx.run(['hwclock', '--test', '--systohc'])).retcode === 0
}
