// SPDX-License-Identifier: Apache-2.0
import type { Readable } from 'node:stream'

/** Takes blobs in the order they were asked for. */
export interface BlobSink {
  /** A blob begins. */
  begin(oid: string, size: number): Promise<void>
  /** The next bytes of it; they are right until the promise resolves. */
  write(bytes: Buffer): Promise<void>
  /** It has all its bytes. */
  end(): Promise<void>
  /** There is no blob of this id. */
  missing(oid: string): void
}

/** Reads the output of `git cat-file --batch` as it comes. Rejects as the stream or the sink does. */
export async function receiveBlobs(stdout: Readable, sink: BlobSink): Promise<void> {
  let rest: Buffer = Buffer.alloc(0)
  /** Bytes of the blob that are still to come; below zero between two blobs. */
  let left = -1
  for await (const chunk of stdout) {
    let bytes: Buffer = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    for (;;) {
      if (left < 0) {
        const end = bytes.indexOf(10)
        if (end < 0) break
        const header = parseHeader(bytes.toString('latin1', 0, end))
        bytes = bytes.subarray(end + 1)
        if (header.size === undefined) sink.missing(header.oid)
        else {
          left = header.size
          await sink.begin(header.oid, header.size)
        }
        continue
      }
      if (left > 0) {
        if (bytes.length === 0) break
        const part = bytes.subarray(0, left)
        await sink.write(part)
        left -= part.length
        bytes = bytes.subarray(part.length)
        continue
      }
      // A line end stands behind the content.
      if (bytes.length === 0) break
      await sink.end()
      bytes = bytes.subarray(1)
      left = -1
    }
    rest = bytes
  }
}

function parseHeader(line: string): { readonly oid: string; readonly size: number | undefined } {
  const [oid = '', type, size] = line.split(' ')
  return { oid, size: type === 'blob' ? Number(size) : undefined }
}
