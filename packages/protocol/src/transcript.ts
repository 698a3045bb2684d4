// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto'

/** SHA-256 of `data`: 32 bytes. */
export function sha256(data: Uint8Array): Buffer {
  return createHash('sha256').update(data).digest()
}

/**
 * What a handshake said, in 32 bytes: the hash of the hashes of both frames, whole, in the order they were sent. Two
 * sides that saw one differing byte get different keys.
 */
export function transcriptOf(helloFrame: Uint8Array, acceptFrame: Uint8Array): Buffer {
  return sha256(Buffer.concat([sha256(helloFrame), sha256(acceptFrame)]))
}
