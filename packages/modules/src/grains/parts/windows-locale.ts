// SPDX-License-Identifier: Apache-2.0
import type { MachineRegistry } from '@halite/loader'
import { textsOf } from './windows-values.ts'

const control = 'HKLM\\SYSTEM\\CurrentControlSet\\Control'
const zones = 'HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Time Zones'

/**
 * The grains `locale_info` and `timezone` of Windows: language of the user, code page of the system, `(UTC+01:00) Amsterdam, Berlin, …`,
 * and the name of the time that is kept now, `W. Europe Daylight Time`.
 */
export async function windowsLocale(registry: MachineRegistry, isSummer: boolean) {
  const [language, codePages, clock] = await Promise.all([
    textsOf(registry, 'HKCU\\Control Panel\\International'),
    textsOf(registry, `${control}\\Nls\\CodePage`),
    textsOf(registry, `${control}\\TimeZoneInformation`),
  ])
  const key = clock('TimeZoneKeyName') ?? clock('StandardName') ?? 'UTC'
  const zone = await textsOf(registry, `${zones}\\${key}`)
  const codePage = codePages('ACP')
  return {
    locale_info: {
      defaultlanguage: language('LocaleName')?.replaceAll('-', '_') ?? null,
      defaultencoding: codePage === undefined ? null : `cp${codePage}`,
      detectedencoding: 'utf-8',
      timezone: (isSummer ? zone('Dlt') : zone('Std')) ?? key,
    },
    timezone: zone('Display') ?? key,
  }
}

/** Whether summer time is kept: the clock is then ahead of its winter time. Asked of the zone of this process. */
export function isSummerNow(now = new Date()): boolean {
  const offsets = [0, 6].map((month) => new Date(now.getFullYear(), month, 1).getTimezoneOffset())
  return now.getTimezoneOffset() < Math.max(...offsets)
}
