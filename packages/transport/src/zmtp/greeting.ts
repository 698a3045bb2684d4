// SPDX-License-Identifier: Apache-2.0
import type { Fault } from './fault.ts'

/** Bytes of a greeting of ZMTP 3 (RFC 23 and 37 of ZeroMQ). */
export const greetingBytes = 64
/** Its beginning, which all versions but the first have in common: who has read it says hello back. */
export const signatureBytes = 10

const signatureFirst = 0xff
const signatureLast = 0x7f
const majorOffset = 10
const lowestMajor = 3
const mechanismOffset = 12
const mechanismBytes = 20
/** 3.1: subscriptions and cancellations are commands, and pings are answered. */
const version = [3, 1] as const
const mechanism = Buffer.concat([Buffer.from('NULL'), Buffer.alloc(mechanismBytes - 4)])

/** The greeting of this side: ZMTP 3.1, mechanism NULL. */
export const greeting: Buffer = Buffer.concat([
  Buffer.from([signatureFirst, 0, 0, 0, 0, 0, 0, 0, 1, signatureLast, ...version]),
  mechanism,
  Buffer.alloc(greetingBytes - mechanismOffset - mechanismBytes),
])

/** What is wrong with the first `length` bytes of a greeting; undefined as long as they may become a good one. */
export function greetingFault(bytes: Buffer, length: number): Fault | undefined {
  if (length > 0 && bytes[0] !== signatureFirst) return 'not_zmtp'
  if (length >= signatureBytes && bytes[signatureBytes - 1] !== signatureLast) return 'not_zmtp'
  if (length > majorOffset && (bytes[majorOffset] ?? 0) < lowestMajor) return 'version_refused'
  if (length < mechanismOffset + mechanismBytes) return undefined
  const offered = bytes.subarray(mechanismOffset, mechanismOffset + mechanismBytes)
  return offered.equals(mechanism) ? undefined : 'mechanism_refused'
}
