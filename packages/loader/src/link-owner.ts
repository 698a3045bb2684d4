// SPDX-License-Identifier: Apache-2.0
import { lchown } from 'node:fs/promises'

/** Gives a link to another user and group; what it leads to stays theirs. Rejects with the system's error. */
export function setLinkOwner(path: string | Buffer, uid: number, gid: number): Promise<void> {
  return lchown(path, uid, gid)
}
