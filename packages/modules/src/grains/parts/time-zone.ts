// SPDX-License-Identifier: Apache-2.0

/**
 * The abbreviation that a time zone file (RFC 9636) has for `offsetMinutes` east of Greenwich: of the two in its last
 * line, a POSIX rule such as `CET-1CEST,M3.5.0,M10.5.0/3`, the one with that offset. Undefined when neither has it.
 */
export function zoneAbbreviation(file: string, offsetMinutes: number): string | undefined {
  const rule = file.trimEnd().split('\n').at(-1) ?? ''
  const [, standard, hours, summer, summerHours] = rulePattern.exec(rule) ?? []
  if (standard === undefined || hours === undefined) return undefined
  const standardOffset = -minutesOf(hours)
  if (offsetMinutes === standardOffset) return bare(standard)
  const summerOffset = summerHours === undefined ? standardOffset + 60 : -minutesOf(summerHours)
  return summer !== undefined && offsetMinutes === summerOffset ? bare(summer) : undefined
}

/** Name, hours west of Greenwich, and the same for summer, where the hours may be left out. */
const rulePattern = /^(<[^>]+>|[A-Za-z]+)([+-]?[\d:]+)(?:(<[^>]+>|[A-Za-z]+)([+-]?[\d:]+)?)?(?:,|$)/

function minutesOf(hours: string): number {
  const [hour = '0', minute = '0'] = hours.replace(/^[+-]/, '').split(':')
  const minutes = Number(hour) * 60 + Number(minute)
  return hours.startsWith('-') ? -minutes : minutes
}

function bare(name: string): string {
  return name.replace(/[<>]/g, '')
}
