// SPDX-License-Identifier: Apache-2.0
import { isTruthy, pythonStr, SaltError, toPlain } from '@halite/core'
import { longExtensionNames } from './extension-names.ts'
import { longAttributeNames, renameLong } from './names.ts'
import { checkDigest } from './signature.ts'

/** Arguments as a map that may be changed, without the facts of the job and of the state. */
export function plainArguments(given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const own = Object.entries(given).filter(([name]) => !name.startsWith('__'))
  return Object.fromEntries(own.map(([name, value]) => [name, toPlain(value)]))
}

/** Gives what old sls files call by long names the names of today; returns what to say of it. */
export function renameOld(values: Record<string, unknown>): readonly string[] {
  const renamed = [...renameLong(values, longAttributeNames), ...renameLong(values, longExtensionNames)]
  return renamed.map(
    ([long, short]) => `Found ${long} in keyword args. Please migrate to the short name: ${short}`,
  )
}

/** Takes the arguments that the old module had and this one ignores out of a map. */
export function dropOld(values: Record<string, unknown>, names: readonly string[]): void {
  for (const name of names) delete values[name]
}

/** Throws when arguments are left that nothing knows. */
export function refuseUnknown(values: Readonly<Record<string, unknown>>): void {
  const names = Object.keys(values)
  if (names.length > 0)
    throw new SaltError(
      'ARGUMENTS_INVALID',
      `Unrecognized keyword arguments: [${names.map((name) => `'${name}'`).join(', ')}]`,
    )
}

/** Throws when an encoding is not one of those that there are. */
export function checkEncoding(encoding: string, valid: readonly string[]): void {
  if (!valid.includes(encoding))
    throw new SaltError(
      'COMMAND_FAILED',
      `Invalid value '${encoding}' for encoding. Valid: ${valid.join(', ')}`,
    )
}

/** The digest that arguments ask for, under its name of today or its old one. */
export function digestArgument(values: Record<string, unknown>): string {
  const given = values['algorithm'] ?? values['digest'] ?? 'sha256'
  delete values['algorithm']
  delete values['digest']
  const digest = pythonStr(given)
  checkDigest(digest)
  return digest
}

/** Text, or undefined for None and for what is not given. */
export function textOrNone(value: unknown): string | undefined {
  return value === undefined || value === null ? undefined : pythonStr(value)
}

/** Whether something is given: neither missing, nor None, nor empty. */
export function isGiven(value: unknown): boolean {
  return value !== undefined && isTruthy(value)
}
