// SPDX-License-Identifier: Apache-2.0
import { isTruthy } from '@halite/core'
import type { Made } from './created-extension.ts'
import { boolean, contextTag, encode, integer, sequence } from './der.ts'
import { invalid } from './extension-errors.ts'
import { encodeGeneralNames, pairsOfText } from './general-names.ts'
import {
  isPlain,
  listedPairs,
  listOf,
  mapOfWritten,
  type Plain,
  readWritten,
  saysCritical,
  wholeNumber,
} from './written-values.ts'

/** `basicConstraints`. */
export function createBasicConstraints(value: unknown): Made {
  const isText = typeof value === 'string'
  const { critical, map } = mapOfWritten(isText ? value.toLowerCase() : value)
  if (!('ca' in map))
    throw invalid(
      isText
        ? "Invalid configuration for basicContraints: 'ca'"
        : "Undefined required key for basicConstraints: 'ca'",
    )
  const ca = isText ? map['ca'] === 'true' : isTruthy(map['ca'])
  const length = map['pathlen'] ?? null
  if (length !== null && !ca) throw invalid('path_length must be None when ca is False')
  const isCritical = isText ? critical : isTruthy(map['critical'] ?? false)
  return {
    critical: isCritical,
    value: sequence(
      ...(ca ? [boolean(true)] : []),
      ...(length === null ? [] : [integer(wholeNumber(length, 'pathlen'))]),
    ),
  }
}

/** `policyConstraints`. */
export function createPolicyConstraints(value: unknown): Made {
  const { critical, map } = mapOfWritten(value)
  const parts = ['requireExplicitPolicy', 'inhibitPolicyMapping'].flatMap((name, index) =>
    name in map ? [integer(wholeNumber(map[name], name), contextTag(index, false))] : [],
  )
  if (parts.length === 0)
    throw invalid('At least one of require_explicit_policy and inhibit_policy_mapping must not be None')
  return { critical, value: sequence(...parts) }
}

/** `inhibitAnyPolicy`. */
export function createInhibitAnyPolicy(value: unknown): Made {
  if (typeof value === 'string') {
    const { critical, pairs } = readWritten(value)
    return { critical, value: integer(wholeNumber(pairs[0]?.[0], 'inhibitAnyPolicy')) }
  }
  if (!isPlain(value)) return { critical: false, value: integer(wholeNumber(value, 'inhibitAnyPolicy')) }
  if (!('value' in value)) throw invalid("Undefined required key for inhibitAnyPolicy: 'value'")
  return { critical: saysCritical(value), value: integer(wholeNumber(value['value'], 'inhibitAnyPolicy')) }
}

/** `nameConstraints`. */
export function createNameConstraints(value: unknown): Made {
  const scopes = ['permitted', 'excluded']
  const pairsOf = (scope: string) => {
    if (typeof value === 'string') {
      const items = value.split(',').map((item) => item.trim().split(';'))
      return pairsOfText(items.filter(([name]) => name === scope).map(([, pair]) => pair))
    }
    const listed = isPlain(value) ? (value as Plain)[scope] : undefined
    return listed === undefined || listed === null ? [] : listedPairs(listOf(listed))
  }
  const parts = scopes.flatMap((scope, index) => {
    const names = encodeGeneralNames(pairsOf(scope))
    if (names.length === 0) return []
    return [encode(contextTag(index, true), ...names.map((name) => sequence(name)))]
  })
  if (parts.length === 0) throw invalid('nameConstraints needs at least one definition')
  return { critical: saysCritical(value), value: sequence(...parts) }
}
