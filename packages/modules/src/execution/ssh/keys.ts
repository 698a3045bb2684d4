// SPDX-License-Identifier: Apache-2.0
import { createHash, getHashes } from 'node:crypto'
import { SaltError } from '@halite/core'

/** A public key as a line of `authorized_keys` has it. */
export interface AuthorizedKey {
  readonly key: string
  readonly enc: string
  readonly comment: string
  readonly options: readonly string[]
}

const shortNames: Readonly<Record<string, string>> = {
  r: 'ssh-rsa',
  rsa: 'ssh-rsa',
  d: 'ssh-dss',
  dsa: 'ssh-dss',
  dss: 'ssh-dss',
  e: 'ecdsa-sha2-nistp256',
  ecdsa: 'ecdsa-sha2-nistp256',
  ed25519: 'ssh-ed25519',
}

const kinds = new Set([
  ...['ssh-rsa', 'ssh-dss', 'ssh-ed25519', 'rsa-sha2-512', 'rsa-sha2-256'],
  ...['ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521'],
  ...['sk-ecdsa-sha2-nistp256@openssh.com', 'sk-ssh-ed25519@openssh.com'],
  ...['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa', 'ssh-ed25519', 'sk-ecdsa-sha2-nistp256', 'sk-ssh-ed25519']
    .concat(['ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521'])
    .map((name) => `${name}-cert-v01@openssh.com`),
])

/** The whole name of a kind of keys. Throws COMMAND_FAILED. */
export function kindOfKey(enc: string): string {
  const name = shortNames[enc] ?? enc
  if (kinds.has(name)) return name
  throw new SaltError('COMMAND_FAILED', `Incorrect encryption key type '${enc}'.`, {
    hint: `Kinds are ${[...kinds].join(', ')}.`,
  })
}

/** Whether a text is a key in base64. */
export function isKey(text: string): boolean {
  return /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text) && text !== ''
}

/** The fingerprint of a key in hexadecimal pairs; undefined for what is no key. Throws COMMAND_FAILED for an unknown hash. */
export function fingerprintOf(key: string, hashType = 'sha256'): string | undefined {
  const name = hashType.toLowerCase()
  if (!getHashes().includes(name))
    throw new SaltError('COMMAND_FAILED', `The fingerprint_hash_type ${name} is not supported.`)
  if (!isKey(key)) return undefined
  const digest = createHash(name).update(Buffer.from(key, 'base64')).digest('hex')
  return (digest.match(/../g) ?? []).join(':')
}

/** Reads a line of `authorized_keys`; undefined for a comment and for what holds no key. */
export function parseKeyLine(line: string): AuthorizedKey | undefined {
  const text = line.trim()
  const [, options = '', rest = ''] = /^(.*?)\s?((?:sk-)?(?:ssh-|ecds)[\w@.-]+\s.+)$/.exec(text) ?? []
  const [enc, key, ...comment] = rest.split(/\s+/)
  if (text.startsWith('#') || enc === undefined || key === undefined) return undefined
  return { key, enc, comment: comment.join(' '), options: options === '' ? [] : options.split(',') }
}

/** The line of a key. Throws ARGUMENTS_INVALID for what would be another line. */
export function keyLine({ key, enc, comment, options }: AuthorizedKey): string {
  const words = [...(options.length > 0 ? [options.join(',')] : []), enc, key, comment]
  const line = words.join(' ')
  if (!/\p{Cc}/u.test(line)) return line
  throw new SaltError('ARGUMENTS_INVALID', `${JSON.stringify(line)} is not a line of authorized keys`)
}
