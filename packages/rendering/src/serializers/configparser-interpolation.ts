// SPDX-License-Identifier: Apache-2.0
import { pythonStr } from '@halite/core'
import type { ParserOptions, Section } from './configparser-options.ts'
import { refused } from './refused.ts'

const maxDepth = 10
/** A value may name another twice, and that one another: without a limit ten settings fill the memory. */
const maxLength = 1024 * 1024

interface Place {
  readonly section: string
  readonly settings: Section
  /** How many values led to this one. */
  readonly depth?: number
}

/** A value with `%(name)s` replaced by the settings of its section, and `%%` by `%`. */
export function interpolated(key: string, raw: string, place: Place): string {
  const { section, settings, depth = 1 } = place
  const bad = (problem: string) => refused('configparser', `option ${key} of section ${section}: ${problem}`)
  if (depth > maxDepth) throw bad(`values that name each other, more than ${maxDepth} deep`)
  let text = ''
  for (let at = 0; at < raw.length; ) {
    const mark = raw.indexOf('%', at)
    text += raw.slice(at, mark < 0 ? undefined : mark)
    if (text.length > maxLength) throw bad(`its value becomes longer than ${maxLength} characters`)
    if (mark < 0) break
    const [whole, name] = /^%(?:%|\(([^)]+)\)s)/.exec(raw.slice(mark)) ?? []
    if (whole === undefined)
      throw bad(`'%' must be followed by '%' or '(', found: '${raw.slice(mark, mark + 40)}'`)
    at = mark + whole.length
    if (name === undefined) {
      text += '%'
      continue
    }
    const other = settings.get(name.toLowerCase())
    if (other === undefined || other === null)
      throw bad(
        `it contains an interpolation key '${name}' which is not a valid option name. Raw value: '${raw}'`,
      )
    text += interpolated(name, other, { ...place, depth: depth + 1 })
  }
  return text
}

/** A value as it is written. Throws for one that could not be read again. */
export function validSetting(item: unknown, { allowsNoValue, interpolates }: ParserOptions): string | null {
  if (item === null) {
    if (allowsNoValue) return null
    throw refused('configparser', 'option values must be strings, not None')
  }
  const text = pythonStr(item)
  const rest = text.replaceAll('%%', '').replaceAll(/%\([^)]+\)s/g, '')
  if (interpolates && rest.includes('%'))
    throw refused('configparser', `invalid interpolation syntax in '${text}'`)
  return text
}
