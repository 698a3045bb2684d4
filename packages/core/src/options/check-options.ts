// SPDX-License-Identifier: Apache-2.0
import { inspect } from 'node:util'
import { SaltError } from '../errors.ts'
import type { ConfigFile } from './config-file.ts'
import { knownInSalt } from './known-in-salt.ts'
import { nearestName } from './nearest-name.ts'
import type { OptionRow } from './row.ts'
import { type OptionRole, optionRows, secretOptionNames } from './rows.ts'

/** Values whose types were checked, and what is to be said about the rest. */
export interface CheckedOptions {
  readonly values: Readonly<Record<string, unknown>>
  readonly warnings: readonly string[]
}

/**
 * Holds the values of one file against the table. A known option without a value (`timeout:`) counts as not given;
 * unknown keys are kept, each with a warning. Throws `CONFIG_INVALID`, naming file, line, key, value and expectation.
 */
export function checkOptions(role: OptionRole, file: ConfigFile): CheckedOptions {
  const rows = optionRows(role)
  const values = new Map<string, unknown>()
  const warnings: string[] = []
  for (const [name, value] of Object.entries(file.values)) {
    const row = rows.get(name)
    const place = placeOf(file, name)
    if (row === undefined) warnings.push(`${place}: ${unknownOption(role, name)}`)
    else if (value === null) continue
    values.set(name, row === undefined ? value : checkedValue(row, { name, value, place }))
  }
  return { values: Object.fromEntries(values), warnings }
}

interface Given {
  readonly name: string
  readonly value: unknown
  readonly place: string
}

function checkedValue(row: OptionRow, { name, value, place }: Given): unknown {
  const parsed = row.type.parse(value)
  if (parsed !== undefined) return parsed
  const shown = secretOptionNames.has(name) ? '**********' : describe(value)
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

function unknownOption(role: OptionRole, name: string): string {
  const other = role === 'master' ? 'minion' : 'master'
  if (optionRows(other).has(name)) return `'${name}' is an option of the ${other} and has no effect here`
  if (knownInSalt.has(name)) return `'${name}' is an option of Salt that is not used by this version`
  const near = nearestName(name, [...optionRows(role).keys(), ...knownInSalt])
  return `'${name}' is not a known option${near === undefined ? '' : `; did you mean '${near}'?`}`
}
