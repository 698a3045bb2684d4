// SPDX-License-Identifier: Apache-2.0
import { defineGrain } from '@halite/loader'
import { localeOf } from './parts/locale-names.ts'
import { readText } from './parts/read.ts'
import { zoneAbbreviation } from './parts/time-zone.ts'
import { isSummerNow, windowsLocale } from './parts/windows-locale.ts'

export default defineGrain({
  name: 'locale',
  doc: 'Language and encoding that this process was started with, and the time zone of the host; on Windows its name in `timezone` too.',
  provides: ['locale_info', 'timezone'],
  collect: ({ windowsRegistry }) => {
    if (process.platform === 'win32') return windowsLocale(windowsRegistry, isSummerNow())
    return {
      locale_info: { ...localeOf(process.env), detectedencoding: 'utf-8', timezone: abbreviation() },
    }
  },
})

/** `UTC`, `CET`, `CEST`: as `date +%Z` prints it. */
function abbreviation(): string {
  const zone = process.env['TZ']
  const file = readText(zone ? `/usr/share/zoneinfo/${zone.replace(/^:/, '')}` : '/etc/localtime') ?? ''
  // getTimezoneOffset counts westwards; `0 -` keeps -0 out
  const offset = 0 - new Date().getTimezoneOffset()
  return zoneAbbreviation(file, offset) ?? (offset === 0 ? 'UTC' : 'unknown')
}
