// SPDX-License-Identifier: Apache-2.0
import { fnmatch } from '@halite/targeting'
import { compareDebianVersions, withoutEpoch } from './debian-version.ts'

/** A condition that a version has to meet. */
export interface Comparison {
  /** `==`, `!=`, `<`, `<=`, `>` or `>=`; empty when the text names none. */
  readonly operator: string
  readonly version: string
}

const spellings: Readonly<Record<string, string>> = { '=': '==', '>>': '>', '<<': '<', '<>': '!=' }

/** `>=1.2` in its two parts. */
export function comparisonOf(text: string): Comparison {
  const [, operator = '', version = text.trim()] =
    /^(!=|>=|<=|>>|<<|<>|==|>|<|=)?\s*([^<>=]+)$/.exec(text.trim()) ?? []
  return { operator: spellings[operator] ?? operator, version: version.trim() }
}

/** Whether a version meets a condition; a `*` in one that asks for equality stands for anything. */
export function meets(
  version: string,
  { operator, version: wanted }: Comparison,
  ignoresEpoch = false,
): boolean {
  if ((operator === '==' || operator === '') && fnmatch(version, wanted)) return true
  const bare = (text: string) => (ignoresEpoch ? withoutEpoch(text) : text)
  const order = compareDebianVersions(bare(version), bare(wanted))
  if (operator === '!=') return order !== 0
  if (operator === '<') return order < 0
  if (operator === '<=') return order <= 0
  if (operator === '>') return order > 0
  return operator === '>=' ? order >= 0 : order === 0
}
