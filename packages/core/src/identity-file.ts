// SPDX-License-Identifier: Apache-2.0
import type { KeyObject } from 'node:crypto'
import { chmodSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { writeFileAtomic } from './atomic-file.ts'
import { generateIdentity, privateKeyFromPem, rawOf } from './ed25519.ts'
import { SaltError, systemCodeOf } from './errors.ts'
import { fingerprint } from './fingerprint.ts'

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
 * Reads the identity at `<base>.pem`, or makes one there when there is none. A key readable by others is closed to them.
 * Throws `FILE_CORRUPT` when the file holds something else: an existing file is never overwritten.
 */
export function loadIdentity(base: string): Identity {
  const path = `${base}.pem`
  const existing = readKey(path)
  if (existing !== undefined) return identityOf(existing, path, false)
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const { privatePem, publicPem } = generateIdentity()
  writeFileAtomic(path, privatePem, { mode: 0o400 })
  writeFileAtomic(`${base}.pub`, publicPem)
  return identityOf(privatePem, path, true)
}

function readKey(path: string): string | undefined {
  try {
    const pem = readFileSync(path, 'utf8')
    if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0) chmodSync(path, 0o400)
    return pem
  } catch (cause) {
    const code = systemCodeOf(cause)
    if (code === 'ENOENT') return undefined
    throw new SaltError('PERMISSION_DENIED', `private key ${path} cannot be read: ${code}`, { cause })
  }
}

function identityOf(pem: string, path: string, created: boolean): Identity {
  const privateKey = privateKeyFromPem(pem, path)
  const publicRaw = rawOf(privateKey, path)
  return { privateKey, publicRaw, fingerprint: fingerprint(publicRaw), created }
}
