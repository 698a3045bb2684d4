// SPDX-License-Identifier: Apache-2.0
import { constants } from 'node:fs'
import { copyFile, open } from 'node:fs/promises'
import { nativePath } from './file-names.ts'

const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants

/**
 * Copies the content of a plain file, which is no link: whoever puts a link in its place meanwhile has nothing else copied. Rejects with
 * the system's error.
 */
export async function copyOpened(from: string, to: string): Promise<void> {
  const handle = await open(nativePath(from), O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
  try {
    if (!(await handle.stat()).isFile()) throw notPlain(from)
    const opened = process.platform === 'linux' ? `/proc/self/fd/${handle.fd}` : nativePath(from)
    await copyFile(opened, nativePath(to))
  } finally {
    await handle.close()
  }
}

function notPlain(path: string): Error {
  return Object.assign(new Error(`EINVAL: not a plain file, open '${path}'`), { code: 'EINVAL', path })
}
