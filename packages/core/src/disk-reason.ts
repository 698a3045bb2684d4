// SPDX-License-Identifier: Apache-2.0
import { messageOf, systemCodeOf } from './errors.ts'

/** Why the system refuses to write a file, in words for people; undefined for what is no error of the system. */
export function diskReason(error: unknown): string | undefined {
  const code = systemCodeOf(error)
  if (code === undefined) return undefined
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'the disk is full'
  return code === 'EROFS' ? 'the file system is read-only' : messageOf(error)
}
