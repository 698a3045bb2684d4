// SPDX-License-Identifier: Apache-2.0

const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]

/** Python's `strftime` in the C locale and local time. Unknown directives stay as they are, as in the C library. */
export function strftime(date: Date, format: string): string {
  return format.replace(/%(-?)([a-zA-Z%])/g, (whole, bare, letter) => {
    const text = directive(date, letter)
    if (text === undefined) return whole
    return bare === '' ? text : text.replace(/^[0 ]+(?=.)/, '')
  })
}

function directive(date: Date, letter: string): string | undefined {
  switch (letter) {
    case '%':
      return '%'
    case 'a':
      return days[date.getDay()]?.slice(0, 3)
    case 'A':
      return days[date.getDay()]
    case 'b':
    case 'h':
      return months[date.getMonth()]?.slice(0, 3)
    case 'B':
      return months[date.getMonth()]
    case 'p':
      return date.getHours() < 12 ? 'AM' : 'PM'
    case 'n':
      return '\n'
    case 't':
      return '\t'
    default:
      return numeric(date, letter) ?? composed(date, letter)
  }
}

function numeric(date: Date, letter: string): string | undefined {
  switch (letter) {
    case 'd':
      return two(date.getDate())
    case 'e':
      return String(date.getDate()).padStart(2, ' ')
    case 'f':
      return String(date.getMilliseconds() * 1000).padStart(6, '0')
    case 'H':
      return two(date.getHours())
    case 'I':
      return two(date.getHours() % 12 || 12)
    case 'j':
      return String(dayOfYear(date)).padStart(3, '0')
    case 'm':
      return two(date.getMonth() + 1)
    case 'M':
      return two(date.getMinutes())
    case 's':
      return String(Math.floor(date.getTime() / 1000))
    case 'S':
      return two(date.getSeconds())
    case 'u':
      return String(date.getDay() || 7)
    case 'U':
      return two(Math.floor((dayOfYear(date) + 6 - date.getDay()) / 7))
    case 'w':
      return String(date.getDay())
    case 'W':
      return two(Math.floor((dayOfYear(date) + 6 - ((date.getDay() + 6) % 7)) / 7))
    case 'C':
      return two(Math.floor(date.getFullYear() / 100))
    case 'y':
      return two(date.getFullYear() % 100)
    case 'Y':
      return String(date.getFullYear())
    default:
      return undefined
  }
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}

function composed(date: Date, letter: string): string | undefined {
  const formats: Readonly<Record<string, string>> = {
    c: '%a %b %e %H:%M:%S %Y',
    D: '%m/%d/%y',
    F: '%Y-%m-%d',
    r: '%I:%M:%S %p',
    R: '%H:%M',
    T: '%H:%M:%S',
    x: '%m/%d/%y',
    X: '%H:%M:%S',
  }
  if (letter === 'G' || letter === 'V') return isoWeek(date)[letter === 'G' ? 0 : 1]
  if (letter === 'z' || letter === 'Z') return ''
  return Object.hasOwn(formats, letter) ? strftime(date, formats[letter] ?? '') : undefined
}

function dayOfYear(date: Date): number {
  const start = Date.UTC(date.getFullYear(), 0, 1)
  return Math.round((Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) - start) / 86_400_000) + 1
}

function isoWeek(date: Date): readonly [year: string, week: string] {
  const thursday = new Date(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()))
  thursday.setUTCDate(thursday.getUTCDate() + 4 - (thursday.getUTCDay() || 7))
  const start = Date.UTC(thursday.getUTCFullYear(), 0, 1)
  const week = Math.ceil(((thursday.getTime() - start) / 86_400_000 + 1) / 7)
  return [String(thursday.getUTCFullYear()), String(week).padStart(2, '0')]
}
