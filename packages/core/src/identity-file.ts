// SPDX-License-Identifier: Apache-2.0
import type { KeyObject } from 'node:crypto'
import { fchmodSync, lstatSync, readFileSync, type Stats } from 'node:fs'
import { dirname } from 'node:path'
import { writeFileAtomic } from './atomic-file.ts'
import { generateIdentity, privateKeyFromPem, rawOf } from './ed25519.ts'
import { isSaltError, SaltError, systemCodeOf } from './errors.ts'
import { fingerprint } from './fingerprint.ts'
import { makeOwnDirectory } from './own-directory.ts'
import { type OpenedFile, withOwnFile } from './own-file.ts'

/** An Ed25519 identity that lives in two files: `<base>.pem` (0400) and `<base>.pub`. */
export interface Identity {
  readonly privateKey: KeyObject
  /** 32 bytes. */
  readonly publicRaw: Buffer
  readonly fingerprint: string
  /** Whether it was made by this call. */
  readonly created: boolean
}

/**
 * Reads the identity at `<base>.pem`, or makes one there if there isn't one. A key of ours that others can read is closed
 * to them. Throws `FILE_CORRUPT` when the file holds something else: an existing file is never overwritten; `FILE_UNSAFE`
 * or `DIRECTORY_UNSAFE` when somebody else may have put it there.
 */
export function loadIdentity(base: string): Identity {
  const path = `${base}.pem`
  const existing = readIdentity(path)
  if (existing !== undefined) return existing
  makeOwnDirectory(dirname(path), { mode: 0o700, forAdministrators: true })
  const { privatePem, publicPem } = generateIdentity()
  writeFileAtomic(path, privatePem, { mode: 0o400 })
  writeFileAtomic(`${base}.pub`, publicPem)
  return identityOf(privatePem, path, true)
}

function readIdentity(path: string): Identity | undefined {
  try {
    const use = ({ descriptor, stats }: OpenedFile) => {
      const identity = identityOf(readFileSync(descriptor, 'utf8'), path, false)
      // Only now that it is known to be a key; one that has other names is left as it is.
      if ((stats.mode & 0o077) !== 0 && isOursAlone(path, stats)) fchmodSync(descriptor, 0o400)
      return identity
    }
    // `salt-call` of root uses the key of a minion that runs as another user.
    return withOwnFile(path, use, { allowDirectoryOwner: true })
  } catch (cause) {
    if (isSaltError(cause)) throw cause
    const code = systemCodeOf(cause)
    if (code === 'ENOENT') return undefined
    throw new SaltError('PERMISSION_DENIED', `private key ${path} cannot be read: ${code}`, {
      cause,
      hint: 'Run as root, or as the user that owns it.',
    })
  }
}

function isOursAlone(path: string, { uid, nlink }: Stats): boolean {
  return uid === process.geteuid?.() && nlink === 1 && !lstatSync(path).isSymbolicLink()
}

function identityOf(pem: string, path: string, created: boolean): Identity {
  const privateKey = privateKeyFromPem(pem, path)
  const publicRaw = rawOf(privateKey, path)
  return { privateKey, publicRaw, fingerprint: fingerprint(publicRaw), created }
}
