// SPDX-License-Identifier: Apache-2.0
import { constants } from 'node:os'
import { messageOf, pythonRepr, SaltError, systemCodeOf } from '@halite/core'

/** The system's words for its codes, as C and Python have them. */
const words: Readonly<Record<string, string>> = {
  EACCES: 'Permission denied',
  EBUSY: 'Device or resource busy',
  EDQUOT: 'Disk quota exceeded',
  EEXIST: 'File exists',
  EFBIG: 'File too large',
  EINVAL: 'Invalid argument',
  EIO: 'Input/output error',
  EISDIR: 'Is a directory',
  ELOOP: 'Too many levels of symbolic links',
  EMFILE: 'Too many open files',
  EMLINK: 'Too many links',
  ENAMETOOLONG: 'File name too long',
  ENODEV: 'No such device',
  ENOENT: 'No such file or directory',
  ENOSPC: 'No space left on device',
  ENOTDIR: 'Not a directory',
  ENOTEMPTY: 'Directory not empty',
  ENXIO: 'No such device or address',
  EPERM: 'Operation not permitted',
  EROFS: 'Read-only file system',
  ETXTBSY: 'Text file busy',
  EXDEV: 'Invalid cross-device link',
}

/** What the system said, in Python's words: `No such file or directory`. */
export function systemWords(error: unknown): string {
  return words[systemCodeOf(error) ?? ''] ?? messageOf(error)
}

/** The whole of it: `[Errno 2] No such file or directory: '/tmp/x'`. */
export function systemText(error: unknown, path?: string): string {
  const code = systemCodeOf(error) ?? ''
  // Not the error's own number: on Windows Node makes that up.
  const number: unknown = constants.errno[code as keyof typeof constants.errno]
  if (typeof number !== 'number' || words[code] === undefined) return messageOf(error)
  return `[Errno ${number}] ${systemWords(error)}${path === undefined ? '' : `: ${pythonRepr(path)}`}`
}

/** Rejects with COMMAND_FAILED and this text where the system refuses; other errors stay what they are. */
export async function orRefuse<T>(work: Promise<T>, text: (error: unknown) => string): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (systemCodeOf(error) === undefined) throw error
    throw new SaltError('COMMAND_FAILED', text(error), { cause: error })
  }
}
