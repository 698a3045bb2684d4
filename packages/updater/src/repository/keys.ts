// SPDX-License-Identifier: Apache-2.0
import { sign } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { generateIdentity, makeOwnDirectory, privateKeyFromPem, rawOf, SaltError } from '@halite/core'
import { sha256 } from '../digest.ts'

/** The four roles of a repository: `root` says whose keys count, `targets` which files, the others that it is current. */
export type RoleName = 'root' | 'targets' | 'snapshot' | 'timestamp'

/** A public key as metadata name it. */
export interface PublicKey {
  readonly id: string
  readonly json: {
    readonly keytype: 'ed25519'
    readonly scheme: 'ed25519'
    readonly keyval: { readonly public: string }
  }
}

/** A key that can sign. */
export interface SigningKey extends PublicKey {
  readonly file: string
  sign(bytes: Uint8Array): Buffer
}

/** The keys of a role in a directory: `<role>-1.pem` and so on. They may lie elsewhere, or on no machine that is online. */
export class KeyDirectory {
  readonly path: string

  constructor(path: string) {
    this.path = path
  }

  /** Makes a key for a role, mode 0400, under the next free number. */
  create(role: RoleName): SigningKey {
    makeOwnDirectory(this.path, { mode: 0o700 })
    let number = 1
    while (existsSync(this.#fileOf(role, number))) number += 1
    const file = this.#fileOf(role, number)
    writeFileSync(file, generateIdentity().privatePem, { flag: 'wx', mode: 0o400 })
    return readKey(file)
  }

  /** Every key of a role that lies here. */
  of(role: RoleName): SigningKey[] {
    if (!existsSync(this.path)) return []
    return readdirSync(this.path)
      .filter((name) => new RegExp(`^${role}-\\d+\\.pem$`).test(name))
      .sort()
      .map((name) => readKey(join(this.path, name)))
  }

  /** The keys among `ids` that lie here, at least `threshold` of them. Throws `UPDATE_UNTRUSTED` when there are fewer. */
  for(
    role: RoleName,
    { ids, threshold }: { readonly ids: readonly string[]; readonly threshold: number },
  ): SigningKey[] {
    const found = this.of(role).filter(({ id }) => ids.includes(id))
    if (found.length >= threshold) return found
    throw new SaltError(
      'UPDATE_UNTRUSTED',
      `${this.path} holds ${found.length} keys of the role ${role}; ${threshold} have to sign`,
      { hint: 'Name the directory with the keys: --keys DIRECTORY' },
    )
  }

  #fileOf(role: RoleName, number: number): string {
    return join(this.path, `${role}-${number}.pem`)
  }
}

function readKey(file: string): SigningKey {
  const key = privateKeyFromPem(readFileSync(file, 'utf8'), file)
  const json = {
    keytype: 'ed25519',
    scheme: 'ed25519',
    keyval: { public: rawOf(key, file).toString('hex') },
  } as const
  // The canonical form of JSON has its keys in order.
  const canonical = `{"keytype":"ed25519","keyval":{"public":"${json.keyval.public}"},"scheme":"ed25519"}`
  const id = sha256().update(canonical).digest('hex')
  return { id, json, file, sign: (bytes) => sign(null, bytes, key) }
}
