// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { SaltError, systemCodeOf } from '@halite/core'
import { Metadata, MetadataKind, Signature } from '@tufjs/models'
import { writeDurably } from '../durable-file.ts'
import type { KeyDirectory, PublicKey, RoleName, SigningKey } from './keys.ts'

/** Which keys count for a role, and how many of them have to sign. */
interface RoleKeys {
  readonly keyids: readonly string[]
  readonly threshold: number
}

/** What the root of a repository says. */
export interface RootJson {
  readonly version: number
  readonly keys: Readonly<Record<string, PublicKey['json']>>
  readonly roles: Readonly<Record<RoleName, RoleKeys>>
}

/** The roles of a repository. */
export const roles: readonly RoleName[] = ['root', 'targets', 'snapshot', 'timestamp']

/** Whether a word names a role. */
export function isRoleName(word: string | undefined): word is RoleName {
  return roles.some((role) => role === word)
}

const kinds = {
  root: MetadataKind.Root,
  targets: MetadataKind.Targets,
  snapshot: MetadataKind.Snapshot,
  timestamp: MetadataKind.Timestamp,
}
/** How long metadata hold, in days: what is signed by hand longer than what a machine signs. */
const days: Readonly<Record<RoleName, number>> = { root: 365, targets: 90, snapshot: 30, timestamp: 7 }
const dayMs = 86_400_000

interface Unsigned {
  readonly role: RoleName
  readonly fields: Readonly<Record<string, unknown>>
  readonly keys: readonly SigningKey[]
}

export interface MetadataFilesInit {
  /** Of the repository; the files lie in `metadata/` below it. */
  readonly directory: string
  readonly keys: KeyDirectory
  readonly now: () => Date
}

/** The signed metadata of a repository (TUF): a file for each version of a role, and `timestamp.json`. */
export class MetadataFiles {
  readonly #init: MetadataFilesInit

  constructor(init: MetadataFilesInit) {
    this.#init = init
  }

  /** The root that counts now. Throws `UPDATE_INVALID` when there is none. */
  root(): RootJson {
    const version = this.latest('root')
    if (version === 0)
      throw new SaltError('UPDATE_INVALID', `${this.#init.directory} is no repository`, {
        hint: 'Make one: halite-repo init DIRECTORY',
      })
    return JSON.parse(readFileSync(this.#path(`${version}.root.json`), 'utf8')).signed
  }

  /** The keys here by which a root lets a role sign. Throws `UPDATE_UNTRUSTED` when they are too few. */
  keysOf(root: RootJson, role: RoleName): SigningKey[] {
    const { keyids: ids, threshold } = root.roles[role]
    return this.#init.keys.for(role, { ids, threshold })
  }

  /** Writes a root, signed by `keys`. */
  writeRoot(root: RootJson, keys: readonly SigningKey[]): void {
    const fields = { consistent_snapshot: true, ...root }
    this.#write(`${root.version}.root.json`, { role: 'root', fields, keys })
  }

  /** Writes the next version of a role, signed with the keys of the root that counts now. Returns its number. */
  writeNext(role: Exclude<RoleName, 'root'>, fields: Readonly<Record<string, unknown>>): number {
    const version = this.latest(role) + 1
    const file = role === 'timestamp' ? 'timestamp.json' : `${version}.${role}.json`
    const keys = this.keysOf(this.root(), role)
    this.#write(file, { role, fields: { version, ...fields }, keys })
    return version
  }

  /** The highest version of a role that is kept; 0 when there is none. */
  latest(role: RoleName): number {
    if (role === 'timestamp') return this.#versionOf('timestamp.json')
    const pattern = new RegExp(`^(\\d+)\\.${role}\\.json$`)
    const names = this.#names()
    return Math.max(0, ...names.map((name) => Number(pattern.exec(name)?.[1] ?? 0)))
  }

  /** When the latest stored version of a role expires. Throws `UPDATE_INVALID` if none is stored. */
  expiryOfLatest(role: 'targets' | 'snapshot'): string {
    const version = this.latest(role)
    if (version === 0)
      throw new SaltError('UPDATE_INVALID', `${this.#init.directory} has nothing that is signed`, {
        hint: 'Sign it: halite-repo sign DIRECTORY',
      })
    return JSON.parse(readFileSync(this.#path(`${version}.${role}.json`), 'utf8')).signed.expires
  }

  /** When metadata of a role expire that are signed now. */
  expiryOf(role: RoleName): string {
    const expiresMs = this.#init.now().getTime() + days[role] * dayMs
    return new Date(expiresMs).toISOString().replace(/\.\d+Z$/, 'Z')
  }

  #names(): string[] {
    try {
      return readdirSync(this.#path('.'))
    } catch (error) {
      if (systemCodeOf(error) === 'ENOENT') return []
      throw error
    }
  }

  #write(file: string, { role, fields, keys }: Unsigned): void {
    const signed = { ...this.#common(role), ...fields }
    const metadata = seal(kinds[role], signed, keys)
    writeDurably(this.#path(file), `${JSON.stringify(metadata, null, 1)}\n`)
  }

  #common(role: RoleName): Readonly<Record<string, unknown>> {
    return { _type: role, spec_version: '1.0.31', expires: this.expiryOf(role) }
  }

  #versionOf(file: string): number {
    try {
      return JSON.parse(readFileSync(this.#path(file), 'utf8')).signed.version
    } catch (error) {
      if (systemCodeOf(error) === 'ENOENT') return 0
      throw error
    }
  }

  #path(file: string): string {
    return join(this.#init.directory, 'metadata', file)
  }
}

/** A first root, by which `keys` count. */
export function firstRoot(
  keys: Readonly<Record<RoleName, readonly SigningKey[]>>,
  threshold: number,
): RootJson {
  const all = Object.values(keys).flat()
  const forRole = (role: RoleName): RoleKeys => ({
    keyids: keys[role].map(({ id }) => id),
    threshold: role === 'root' ? threshold : 1,
  })
  return {
    version: 1,
    keys: Object.fromEntries(all.map(({ id, json }) => [id, json])),
    roles: Object.fromEntries(roles.map((role) => [role, forRole(role)])) as unknown as RootJson['roles'],
  }
}

/** The root after `before`, by which `added` counts for `role` in place of its keys; for `root`, of the first of them. */
export function rootWithKey(before: RootJson, role: RoleName, added: SigningKey): RootJson {
  const { keyids, threshold } = before.roles[role]
  const kept = role === 'root' ? keyids.slice(1) : []
  const next = { ...before.roles, [role]: { keyids: [...kept, added.id], threshold } }
  const used = new Set(Object.values(next).flatMap((one) => one.keyids))
  const keys = Object.entries(before.keys).filter(([id]) => used.has(id))
  return {
    version: before.version + 1,
    keys: { ...Object.fromEntries(keys), [added.id]: added.json },
    roles: next,
  }
}

function seal(
  kind: MetadataKind,
  signed: Readonly<Record<string, unknown>>,
  keys: readonly SigningKey[],
): unknown {
  const metadata = Metadata.fromJSON(kind as MetadataKind.Root, { signed: signed as never, signatures: [] })
  for (const key of keys)
    metadata.sign((bytes) => new Signature({ keyID: key.id, sig: key.sign(bytes).toString('hex') }), true)
  return metadata.toJSON()
}
