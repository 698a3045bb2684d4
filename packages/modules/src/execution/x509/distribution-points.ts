// SPDX-License-Identifier: Apache-2.0
import { isTruthy, pythonStr, SaltError } from '@halite/core'
import { boolean, contextTag, encode, namedBits, sequence } from './der.ts'
import { reasonFlags } from './extension-names.ts'
import { encodeGeneralNames, type NamePair, pairsOfText } from './general-names.ts'
import { encodeRelativeName, relativeName } from './names.ts'
import { isPlain, listOf, type Plain, readWritten, saysCritical } from './written-values.ts'

/** `crlDistributionPoints` and `freshestCRL`: where lists of revoked certificates are. */
export function createDistributionPoints(value: unknown): {
  readonly critical: boolean
  readonly value: Buffer
} {
  if (typeof value === 'string') {
    const { critical, pairs } = readWritten(value)
    return { critical, value: sequence(...pairs.map((pair) => point({ names: [pair] }))) }
  }
  const points = listOf(value)
    .filter((one) => one !== 'critical')
    .map((one) => (isPlain(one) ? point(pointOf(one)) : point({ names: pairsOfText([one]) })))
  return { critical: saysCritical(value), value: sequence(...points) }
}

/** `issuingDistributionPoint`: which certificates a list is about. */
export function createIssuingPoint(value: unknown): { readonly critical: boolean; readonly value: Buffer } {
  if (!isPlain(value))
    throw new SaltError('ARGUMENTS_INVALID', 'issuingDistributionPoint must be a dictionary')
  const flag = (name: string, number: number) =>
    isTruthy(value[name] ?? false) ? [boolean(true, contextTag(number, false))] : []
  const { names, relative } = pointOf(value)
  const only = ['onlyuser', 'onlyCA', 'onlyAA'].filter((name) => isTruthy(value[name] ?? false))
  if (only.length > 1)
    throw new SaltError(
      'ARGUMENTS_INVALID',
      `Only one of onlyuser, onlyCA and onlyAA can be set, not ${only.join(', ')}`,
    )
  const reasons = value['onlysomereasons']
  const parts = [
    ...placeOf({ names, relative }),
    ...flag('onlyuser', 1),
    ...flag('onlyCA', 2),
    ...(isTruthy(reasons ?? false) ? [reasonBits(listOf(reasons), 3)] : []),
    ...flag('indirectCRL', 4),
    ...flag('onlyAA', 5),
  ]
  if (parts.length === 0)
    throw new SaltError(
      'ARGUMENTS_INVALID',
      'Cannot create empty extension: issuingDistributionPoint says nothing',
    )
  return { critical: isTruthy(value['critical'] ?? false), value: sequence(...parts) }
}

interface Point {
  readonly names?: readonly NamePair[] | undefined
  readonly relative?: string | undefined
  readonly issuer?: readonly NamePair[]
  readonly reasons?: readonly unknown[]
}

function pointOf(map: Plain): Point {
  const { fullname, relativename, crlissuer, reasons } = map
  return {
    ...(isTruthy(fullname ?? null) && { names: pairsOfText(listOf(fullname)) }),
    ...(isTruthy(relativename ?? null) && { relative: pythonStr(relativename) }),
    ...(isTruthy(crlissuer ?? null) && { issuer: pairsOfText(listOf(crlissuer)) }),
    ...(isTruthy(reasons ?? null) && { reasons: listOf(reasons) }),
  }
}

function point({ names, relative, issuer, reasons }: Point): Buffer {
  const place = placeOf({ names, relative })
  if (place.length === 0 && issuer === undefined)
    throw new SaltError(
      'ARGUMENTS_INVALID',
      'You must supply at least one of fullname, relativename or crlissuer for a distribution point',
    )
  return sequence(
    ...place,
    ...(reasons === undefined ? [] : [reasonBits(reasons, 1)]),
    ...(issuer === undefined ? [] : [encode(contextTag(2, true), ...encodeGeneralNames(issuer))]),
  )
}

function placeOf({ names, relative }: Pick<Point, 'names' | 'relative'>): readonly Buffer[] {
  if (names !== undefined && relative !== undefined)
    throw new SaltError('ARGUMENTS_INVALID', 'You cannot provide both fullname and relativename')
  if (names !== undefined)
    return [encode(contextTag(0, true), encode(contextTag(0, true), ...encodeGeneralNames(names)))]
  if (relative === undefined) return []
  return [encode(contextTag(0, true), encodeRelativeName(relativeName(relative), contextTag(1, true)))]
}

function reasonBits(reasons: readonly unknown[], number: number): Buffer {
  for (const reason of reasons.map(pythonStr)) {
    if (reasonFlags.includes(reason) && reason !== 'unspecified') continue
    throw new SaltError('ARGUMENTS_INVALID', `'${reason}' is not a valid ReasonFlags`)
  }
  return namedBits(
    reasonFlags.map((reason) => reasons.includes(reason)),
    contextTag(number, false),
  )
}
