// SPDX-License-Identifier: Apache-2.0
import type { OptionGroups, OptionRole, OptionRow } from './row.ts'
import { optionTable } from './table.ts'
import type { ValueOf } from './value-types.ts'

export type { OptionRole } from './row.ts'

type Table = typeof optionTable
type Merged<U> = (U extends unknown ? (part: U) => void : never) extends (all: infer All) => void
  ? All
  : never
type Group<G> = Merged<G[keyof G]>
type Values<Rows> = {
  readonly [Name in keyof Rows]: Rows[Name] extends { type: infer V } ? ValueOf<V> : never
}

/** Options as `loadOptions('master')` gives them, as far as the table knows them. */
export type MasterOptions = Values<Group<Table['both']> & Group<Table['master']>>

/** Options as `loadOptions('minion')` gives them, as far as the table knows them. */
export type MinionOptions = Values<Group<Table['both']> & Group<Table['minion']>>

/** The options of a role. */
export type OptionsOf<Role extends OptionRole> = Role extends 'master' ? MasterOptions : MinionOptions

/** Every row of a role by the name of its option. */
export function optionRows(role: OptionRole): ReadonlyMap<string, OptionRow> {
  const known = rowsByRole.get(role)
  if (known !== undefined) return known
  const rows = new Map(optionGroups(role).flatMap(([, group]) => Object.entries(group)))
  rowsByRole.set(role, rows)
  return rows
}

/** Names of the options of a role whose change takes a restart. */
export function restartOptions<Role extends OptionRole>(
  role: Role,
): readonly (keyof OptionsOf<Role> & string)[] {
  const marked = [...optionRows(role)].filter(([, { restart = [] }]) => restart.includes(role))
  // They are rows of this role, whose names are the keys of its options.
  return marked.map(([name]) => name) as (keyof OptionsOf<Role> & string)[]
}

/** The rows of a role under their headings, in the order of the reference page. */
export function optionGroups(
  role: OptionRole,
): readonly (readonly [string, Readonly<Record<string, OptionRow>>])[] {
  const own: OptionGroups = optionTable[role]
  const shared: OptionGroups = optionTable.both
  return [...Object.entries(own), ...Object.entries(shared)]
}

/** Filled when a role is asked for: most tools know one. */
const rowsByRole = new Map<OptionRole, ReadonlyMap<string, OptionRow>>()

/** Recognized but not used by this version; a file may hold them all the same. */
const unusedSecrets: ReadonlySet<string> = new Set(['key_pass', 'signing_key_pass'])

/** Whether the value of an option must not be shown. */
export function isSecretOption(name: string): boolean {
  if (unusedSecrets.has(name)) return true
  return optionRoles.some((role) => optionRows(role).get(name)?.type.secret === true)
}

const optionRoles: readonly OptionRole[] = ['master', 'minion']
