// SPDX-License-Identifier: Apache-2.0
import { createHash, type Hash } from 'node:crypto'
import { createReadStream, readSync } from 'node:fs'

/** Algorithms that files may be compared by: the choices of `hash_type`. */
export type HashType = 'sha256' | 'sha384' | 'sha512' | 'sha224' | 'sha1' | 'md5'

const pieceBytes = 256 * 1024

/** The hash of an open file from its first byte, in hex. Reads in this thread; throws the system's error. */
export function hashDescriptor(descriptor: number, algorithm: HashType): string {
  const hash = createHash(algorithm)
  const piece = Buffer.allocUnsafe(pieceBytes)
  for (let at = 0; ; ) {
    const bytes = readSync(descriptor, piece, 0, pieceBytes, at)
    if (bytes === 0) return hash.digest('hex')
    hash.update(bytes === pieceBytes ? piece : piece.subarray(0, bytes))
    at += bytes
  }
}

/** The hash of bytes in memory, in hex. */
export function hashBytes(bytes: Uint8Array, algorithm: HashType): string {
  return createHash(algorithm).update(bytes).digest('hex')
}

/** A hash to be fed piece by piece. */
export function startHash(algorithm: HashType): Hash {
  return createHash(algorithm)
}

/** The hash of a file of this machine, read off the loop. Rejects with the system's error. */
export async function hashFile(path: string, algorithm: HashType): Promise<string> {
  const hash = createHash(algorithm)
  for await (const piece of createReadStream(path, { highWaterMark: pieceBytes })) hash.update(piece)
  return hash.digest('hex')
}
