// SPDX-License-Identifier: Apache-2.0
import { SaltError } from '@halite/core'
import type { BlobSink } from './blob-stream.ts'

/** Longer targets are no paths. */
const maxTargetBytes = 4096

/** Collects what links point at, which is their content, by object id. */
export function targetSink(targets: Map<string, string>): BlobSink {
  let parts: Buffer[] = []
  let current = ''
  let bytes = 0
  return {
    begin: async (oid) => {
      current = oid
      parts = []
      bytes = 0
    },
    write: async (part) => {
      bytes += part.length
      if (bytes <= maxTargetBytes) parts.push(Buffer.from(part))
    },
    end: async () => {
      if (bytes <= maxTargetBytes) targets.set(current, Buffer.concat(parts).toString('utf8'))
    },
    missing: (oid) => {
      throw new SaltError('GIT_FAILED', `object ${oid} is not there`, { data: { isDamage: true } })
    },
  }
}
