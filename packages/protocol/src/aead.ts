// SPDX-License-Identifier: Apache-2.0
import { createDecipheriv, type KeyObject } from 'node:crypto'

/** The cipher of everything that is sealed. */
export const cipherName = 'aes-256-gcm'
/** The tag in full. */
export const cipherOptions = { authTagLength: 16 } as const

/** Where things are in a sealed frame: what comes before `bodyAt` is authenticated, the tag ends it. */
export interface SealedParts {
  readonly frame: Uint8Array
  readonly nonce: Uint8Array
  readonly bodyAt: number
  readonly tagAt: number
}

/** The body, in memory of its own; undefined when it does not open under the key. */
export function openSealed(key: KeyObject, { frame, nonce, bodyAt, tagAt }: SealedParts): Buffer | undefined {
  const decipher = createDecipheriv(cipherName, key, nonce, cipherOptions)
  decipher.setAAD(frame.subarray(0, bodyAt))
  decipher.setAuthTag(frame.subarray(tagAt))
  const body = decipher.update(frame.subarray(bodyAt, tagAt))
  try {
    decipher.final()
  } catch {
    return undefined
  }
  return body
}
