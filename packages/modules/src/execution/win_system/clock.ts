// SPDX-License-Identifier: Apache-2.0

import { strftime } from '@halite/core'
import { arg, type ExecContext, fn } from '@halite/loader'
import { type ClockTime, parseDate, parseTime, wholeTime } from '../system/parse-clock.ts'
import { timeArguments } from '../system/time-arguments.ts'
import { askPowershell } from './powershell.ts'

/** The functions of `system` that read and set the clock of Windows, in the time zone of the machine. */
export const clockFunctions = {
  get_system_time: fn({
    doc: 'Return the time of day.',
    examples: ["salt '*' system.get_system_time"],
    run: () => strftime(new Date(), '%I:%M:%S %p'),
  }),
  get_system_date: fn({
    doc: 'Return the date.',
    examples: ["salt '*' system.get_system_date"],
    run: () => strftime(new Date(), '%m/%d/%Y'),
  }),
  set_system_time: fn({
    doc: 'Set the time of day. Returns ``True``; ``False`` for what is no time.',
    examples: ["salt '*' system.set_system_time '11:31:15 AM'", "salt '*' system.set_system_time '23:31'"],
    args: { newtime: arg.string('``23:20``, ``23:20:30``, ``11:20 PM`` or ``11:20:30 PM``.') },
    run: (ctx, { newtime }) => {
      const time = parseTime(newtime)
      return time === undefined ? false : setClock(ctx, time)
    },
  }),
  set_system_date: fn({
    doc: 'Set the date. Returns ``True``; ``False`` for what is no date.',
    examples: ["salt '*' system.set_system_date '03-28-13'"],
    args: { newdate: arg.string('``2013-03-28``, ``03-28-2013``, ``03-28-13``, or with slashes.') },
    run: (ctx, { newdate }) => {
      const date = parseDate(newdate)
      return date === undefined ? false : setClock(ctx, date)
    },
  }),
  set_system_date_time: fn({
    doc: 'Set date and time, or parts of them. Returns ``True``.',
    examples: ["salt '*' system.set_system_date_time 2015 5 12 11 37 53"],
    args: {
      ...timeArguments,
    },
    run: setClock,
  }),
}

async function setClock(ctx: ExecContext, given: ClockTime): Promise<true> {
  const [year, ...rest] = wholeTime(given, new Date())
  const [month, day, hour, minute, second] = rest.map((part) => String(part).padStart(2, '0'))
  const time = `${String(year).padStart(4, '0')}-${month}-${day}T${hour}:${minute}:${second}`
  await askPowershell(ctx, 'Set-Date -Date ([datetime]$env:HALITE_TIME) -ErrorAction Stop', {
    HALITE_TIME: time,
  })
  return true
}
