// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto'

/** The fingerprint of a public key: SHA-256 of its raw 32 bytes as lower-case hex pairs joined by colons. */
export function fingerprint(rawPublic: Uint8Array): string {
  const hex = createHash('sha256').update(rawPublic).digest('hex')
  return (hex.match(/../g) as string[]).join(':')
}
