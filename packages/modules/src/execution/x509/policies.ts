// SPDX-License-Identifier: Apache-2.0
import { isTruthy, pythonStr, SaltError } from '@halite/core'
import { encode, integer, oid, sequence, tags } from './der.ts'
import { dottedNumber } from './general-names.ts'
import { isPlain, listOf, wholeNumber } from './written-values.ts'

/** Kinds of qualifiers: where the practice statement is, and what is shown to people. */
export const qualifiers = { practice: '1.3.6.1.5.5.7.2.1', notice: '1.3.6.1.5.5.7.2.2' } as const

/** `certificatePolicies`: numbers of policies, or a map of them with what is known of each. */
export function createPolicies(value: unknown): { readonly critical: boolean; readonly value: Buffer } {
  if (typeof value === 'string') {
    const numbers = value
      .split(',')
      .map((word) => word.trim())
      .filter((word) => word !== 'critical')
    if (numbers.some((number) => !/^[012][0-9.]*$/.test(number)))
      throw new SaltError(
        'ARGUMENTS_INVALID',
        'certificatePolicies defined as string must be a comma-separated list of OID.',
      )
    return {
      critical: value.startsWith('critical'),
      value: sequence(...numbers.map((one) => sequence(oid(one)))),
    }
  }
  if (!isPlain(value))
    throw new SaltError('ARGUMENTS_INVALID', 'certificatePolicies must be a text or a map of OID')
  const policies = Object.entries(value)
    .filter(([number]) => number !== 'critical')
    .map(([number, list]) => policy(number, listOf(list ?? [])))
  return { critical: isTruthy(value['critical'] ?? false), value: sequence(...policies) }
}

function policy(number: string, given: readonly unknown[]): Buffer {
  const written = given.flatMap((one) => {
    if (typeof one === 'string')
      return [sequence(oid(qualifiers.practice), encode(tags.ia5, Buffer.from(one, 'latin1')))]
    return isPlain(one) ? [notice(one)] : []
  })
  return sequence(oid(dottedNumber(number)), ...(written.length === 0 ? [] : [sequence(...written)]))
}

function notice(given: Readonly<Record<string, unknown>>): Buffer {
  const { organization, noticeNumbers, text } = given
  const display = (shown: unknown) => encode(tags.utf8, Buffer.from(pythonStr(shown)))
  const numbers = isTruthy(noticeNumbers ?? null)
    ? listOf(noticeNumbers).map((number) => integer(wholeNumber(number, 'noticeNumbers')))
    : undefined
  if (numbers !== undefined && !isTruthy(organization ?? null))
    throw new SaltError('ARGUMENTS_INVALID', 'noticeNumbers of certificatePolicies need an organization')
  return sequence(
    oid(qualifiers.notice),
    sequence(
      ...(numbers === undefined ? [] : [sequence(display(organization), sequence(...numbers))]),
      ...(isTruthy(text ?? null) ? [display(text)] : []),
    ),
  )
}
