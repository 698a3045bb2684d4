// SPDX-License-Identifier: Apache-2.0
import { entriesOf, isMap, pythonStr, SaltError } from '@halite/core'

/** What stands behind the name of an external pillar, by the names of its settings. */
export type PillarConfig = Readonly<Record<string, unknown>>

/**
 * Settings as Salt hands them to its function: a map by name, a list in the order of `names`, anything else as the first.
 * Throws `ARGUMENTS_INVALID` for one that is not known, or too many.
 */
export function settingsOf(config: unknown, names: readonly string[]): PillarConfig {
  const given: readonly (readonly [string, unknown])[] = isMap(config)
    ? entriesOf(config).map(([name, value]) => [pythonStr(name), value])
    : (Array.isArray(config) ? config : [config]).map((value, index) => [
        names[index] ?? `${index + 1}`,
        value,
      ])
  for (const [name] of given) {
    if (names.includes(name)) continue
    throw new SaltError('ARGUMENTS_INVALID', `its settings have ${name}; there are ${names.join(', ')}`)
  }
  return Object.fromEntries(given)
}

/** A setting that must be text. Throws `ARGUMENTS_INVALID`. */
export function textOf(config: PillarConfig, name: string, fallback?: string): string {
  const value = config[name] ?? fallback
  if (typeof value === 'string') return value
  throw new SaltError('ARGUMENTS_INVALID', `its setting ${name} must be text`)
}

/** A setting that is true or false. Throws `ARGUMENTS_INVALID`. */
export function booleanOf(config: PillarConfig, name: string, fallback: boolean): boolean {
  const value = config[name] ?? fallback
  if (typeof value === 'boolean') return value
  throw new SaltError('ARGUMENTS_INVALID', `its setting ${name} must be True or False`)
}
