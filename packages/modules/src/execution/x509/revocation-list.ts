// SPDX-License-Identifier: Apache-2.0
import type { KeyObject } from 'node:crypto'
import { SaltError } from '@halite/core'
import {
  bitsOf,
  contextTag,
  decode,
  encode,
  integer,
  integerOf,
  type Node,
  sequence,
  sequenceOf,
  tags,
  time,
  timeOf,
} from './der.ts'
import { decodeExtensions, type Extension, encodeExtensions } from './extension.ts'
import { decodeName, type Name } from './names.ts'
import { isSignedBy, type Signer, signed } from './signature.ts'

/** One revoked certificate. */
export interface Revoked {
  readonly serial: bigint
  readonly at: Date
  readonly extensions: readonly Extension[]
}

/** What a list of revoked certificates is to say. */
export interface RevocationPlan {
  readonly issuer: Name
  readonly issuerDer: Buffer
  readonly lastUpdate: Date
  readonly nextUpdate: Date
  readonly revoked: readonly Revoked[]
  readonly extensions: readonly Extension[]
}

/** A list as it was read. */
export interface RevocationList extends RevocationPlan {
  readonly der: Buffer
  readonly algorithm: Node
  readonly tbs: Buffer
  readonly signature: Buffer
}

/** Reads a list from DER. Throws when it is none. */
export function decodeRevocationList(der: Buffer): RevocationList {
  const [tbs, algorithm, signature] = sequenceOf(decode(der))
  if (tbs === undefined || algorithm === undefined) throw notList()
  const parts = sequenceOf(tbs)
  const [, issuer, last, next, ...rest] = parts[0]?.tag === tags.integer ? parts.slice(1) : parts
  if (issuer === undefined || last === undefined) throw notList()
  const hasNext = next?.tag === tags.utcTime || next?.tag === tags.generalizedTime
  const others = hasNext || next === undefined ? rest : [next, ...rest]
  const revoked = others.find(({ tag }) => tag === tags.sequence)
  const extensions = others.find(({ tag }) => tag === contextTag(0, true))
  return {
    der,
    algorithm,
    issuer: decodeName(issuer),
    issuerDer: issuer.raw,
    lastUpdate: timeOf(last),
    nextUpdate: hasNext ? timeOf(next) : timeOf(last),
    revoked: revoked === undefined ? [] : sequenceOf(revoked).map(decodeRevoked),
    extensions: extensions === undefined ? [] : decodeExtensions(extensions.content),
    tbs: tbs.raw,
    signature: bitsOf(signature),
  }
}

/** Signs a list. */
export function signRevocationList(plan: RevocationPlan, signer: Signer): RevocationList {
  const entries = plan.revoked.map((one) =>
    sequence(
      integer(one.serial),
      time(one.at),
      ...(one.extensions.length === 0 ? [] : [encodeExtensions(one.extensions)]),
    ),
  )
  const extensions =
    plan.extensions.length === 0 ? [] : [encode(contextTag(0, true), encodeExtensions(plan.extensions))]
  const der = signed(signer, (algorithm) =>
    sequence(
      integer(1),
      algorithm,
      plan.issuerDer,
      time(plan.lastUpdate),
      time(plan.nextUpdate),
      ...(entries.length === 0 ? [] : [sequence(...entries)]),
      ...extensions,
    ),
  )
  return decodeRevocationList(der)
}

/** Whether a key signed a list. */
export function isListSignedBy(list: RevocationList, key: KeyObject): boolean {
  return isSignedBy(list, key)
}

function decodeRevoked(node: Node): Revoked {
  const [serial, at, extensions] = sequenceOf(node)
  return {
    serial: integerOf(serial),
    at: timeOf(at),
    extensions: extensions === undefined ? [] : decodeExtensions(decode(extensions.raw).raw),
  }
}

function notList(): SaltError {
  return new SaltError('COMMAND_FAILED', 'The data is not a certificate revocation list')
}
