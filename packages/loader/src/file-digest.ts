// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'

/** The digest of a file in hexadecimal digits, read piece by piece. Rejects with the system's error. */
export async function fileDigest(path: string | Buffer, algorithm: string): Promise<string> {
  const hash = createHash(algorithm)
  await pipeline(createReadStream(path, { highWaterMark: 1 << 18 }), hash)
  return hash.digest('hex')
}
