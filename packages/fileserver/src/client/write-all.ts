// SPDX-License-Identifier: Apache-2.0
import type { FileHandle } from 'node:fs/promises'

/** Writes all of the bytes at this position of an open file. Rejects with the system's error. */
export async function writeAll(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done)
    done += bytesWritten
  }
}
