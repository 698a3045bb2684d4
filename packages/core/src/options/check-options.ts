// SPDX-License-Identifier: Apache-2.0
import { inspect } from 'node:util'
import { SaltError } from '../errors.ts'
import type { ConfigFile } from './config-file.ts'
import { isKnownInSalt, knownInSalt } from './known-in-salt.ts'
import { nearestName } from './nearest-name.ts'
import { isNotUsedYet } from './not-used-yet.ts'
import { presentNameOf } from './old-names.ts'
import { isRestriction } from './restrictions.ts'
import type { OptionRow } from './row.ts'
import { isSecretOption, type OptionRole, optionRows } from './rows.ts'

/** An option of a file that has no effect. */
export interface UnusedOption {
  readonly name: string
  /** `salt`: one of Salt that this version does not use; `restriction`: such a one that would forbid something; `other`: of the other daemon; `unknown`: of nobody. */
  readonly kind: 'salt' | 'restriction' | 'other' | 'unknown'
  /** One line for people: file, line, name, and what is the matter. */
  readonly text: string
}

/** Values whose types were checked, and those that will not be looked at. */
export interface CheckedOptions {
  readonly values: Readonly<Record<string, unknown>>
  readonly unused: readonly UnusedOption[]
  /** A line for each option that is written by a name it had before. */
  readonly renamed: readonly string[]
}

/**
 * Holds the values of one file against the table. A known option without a value (`timeout:`) counts as not given, as does `None` where the
 * option takes no text;
 * unknown keys are kept, and named as unused. Throws `CONFIG_INVALID`, naming file, line, key, value and expectation.
 */
export function checkOptions(role: OptionRole, file: ConfigFile): CheckedOptions {
  const rows = optionRows(role)
  const values = new Map<string, unknown>()
  const unused: UnusedOption[] = []
  const renamed: string[] = []
  for (const [written, value] of Object.entries(file.values)) {
    const place = placeOf(file, written)
    const name = presentNameOf(role, written) ?? written
    if (name !== written) {
      const isGivenTwice = Object.hasOwn(file.values, name)
      renamed.push(
        `${place}: '${written}' is deprecated: write '${name}'${isGivenTwice ? ', which is given too and holds' : ''}`,
      )
      if (isGivenTwice) continue
    }
    const row = rows.get(name)
    if (row !== undefined && isNotGiven(row, value)) continue
    if (row === undefined || (isNotUsedYet(role, name) && value !== row.default)) {
      const { kind, text } = reasonOf(role, name, value)
      unused.push({ name, kind, text: `${place}: ${text}` })
    }
    values.set(name, row === undefined ? value : checkedValue(row, { name, value, place }))
  }
  return { values: Object.fromEntries(values), unused, renamed }
}

/** YAML reads Python's None as text; files written for Salt hold it where Salt's own pages show it as the default. */
function isNotGiven(row: OptionRow, value: unknown): boolean {
  return value === null || (value === 'None' && row.type.parse(value) === undefined)
}

interface Given {
  readonly name: string
  readonly value: unknown
  readonly place: string
}

function checkedValue(row: OptionRow, { name, value, place }: Given): unknown {
  const parsed = row.type.parse(value)
  if (parsed !== undefined) return parsed
  const shown = isSecretOption(name) ? '**********' : describe(value)
  throw new SaltError('CONFIG_INVALID', `${place}: '${name}' is ${shown}, expected ${row.type.expects}`, {
    ...(typeof value === 'number' && row.type.name === 'text' ? { hint: 'Put it in quotes.' } : {}),
    data: { option: name },
  })
}

function placeOf(file: ConfigFile, name: string): string {
  const line = file.lines.get(name)
  return line === undefined ? file.path : `${file.path}:${line}`
}

function describe(value: unknown): string {
  if (typeof value === 'string') return `${inspect(value.slice(0, 60))} (text)`
  if (typeof value === 'boolean') return `${value ? 'True' : 'False'} (boolean)`
  if (typeof value === 'number' || typeof value === 'bigint') return `${value} (number)`
  if (value === null) return 'empty'
  return Array.isArray(value) ? 'a list' : 'a mapping'
}

/** Why an option has no effect. */
function reasonOf(role: OptionRole, name: string, value: unknown): Pick<UnusedOption, 'kind' | 'text'> {
  if (!optionRows(role).has(name) && optionRows(otherRole[role]).has(name)) {
    const text = `'${name}' is an option of the ${otherRole[role]} and has no effect here`
    return { kind: 'other', text }
  }
  if (optionRows(role).has(name) || isKnownInSalt(name)) {
    const text = `'${name}' is an option of Salt that is not used by this version`
    return isRestriction(name, value)
      ? { kind: 'restriction', text: `${text}: what it forbids is allowed` }
      : { kind: 'salt', text }
  }
  const near = nearestName(name, [...optionRows(role).keys(), ...knownInSalt])
  const hint = near === undefined ? '' : `; did you mean '${near}'?`
  return { kind: 'unknown', text: `'${name}' is not a known option${hint}` }
}

const otherRole = { master: 'minion', minion: 'master' } as const satisfies Record<OptionRole, OptionRole>
