// SPDX-License-Identifier: Apache-2.0
import { createHash, type Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'

/** SHA-256 of a file in hexadecimal digits, read off the loop. Rejects with the system's error. */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = sha256()
  for await (const piece of createReadStream(path, { highWaterMark: 1 << 18 })) hash.update(piece)
  return hash.digest('hex')
}

/** SHA-256, to be fed piece by piece. */
export function sha256(): Hash {
  return createHash('sha256')
}
