// SPDX-License-Identifier: Apache-2.0
import { compareLooseVersions, SaltError } from '@halite/core'

/** What the registry tells of a product without a version. */
export const notFound = 'Not Found'
/** A version of a definition that stands for whatever its installer brings. */
export const latest = 'latest'

/** Stand-ins of the two words in comparisons; the first is Python's `sys.maxsize`. */
const words: Readonly<Record<string, string>> = { [latest]: '9223372036854775807', [notFound]: '0.0.0.0.0' }

const operators = {
  '<': (order: number) => order < 0,
  '<=': (order: number) => order <= 0,
  '==': (order: number) => order === 0,
  '!=': (order: number) => order !== 0,
  '>=': (order: number) => order >= 0,
  '>': (order: number) => order > 0,
}

export type Operator = keyof typeof operators

/** Whether `operator` is one that versions are compared with. */
export function isOperator(operator: string): operator is Operator {
  return Object.hasOwn(operators, operator)
}

/**
 * `pkg.compare_versions` on Windows: an epoch (`1:`) is ignored, `latest` is above every version and `Not Found` below.
 * An unknown operator holds for nothing. Throws `ARGUMENTS_INVALID` when a version is blank.
 */
export function compareVersions(one: string, operator: string, other: string): boolean {
  const left = comparable(one, 'ver1')
  const right = comparable(other, 'ver2')
  return isOperator(operator) && operators[operator](compareLooseVersions(left, right))
}

/** From the oldest to the newest. Of equal ones (`8.1`, `08.1`) the first is the newer, as Salt has it. */
export function sortedVersions(versions: Iterable<string>): string[] {
  return [...versions].reverse().sort(compareLooseVersions)
}

/** From the newest to the oldest, equal ones again in the reverse of their order. */
export function newestVersionsFirst(versions: Iterable<string>): string[] {
  return [...versions].reverse().sort((one, other) => compareLooseVersions(other, one))
}

/** The newest of these versions; the only one whatever it is, and '' of none. */
export function newestVersion(versions: Iterable<string>): string {
  return sortedVersions(versions).at(-1) ?? ''
}

function comparable(version: string, name: string): string {
  if (version === '') throw new SaltError('ARGUMENTS_INVALID', `compare_version, ${name} is blank`)
  const word = Object.hasOwn(words, version) ? (words[version] as string) : version
  return word.slice(word.indexOf(':') + 1)
}
