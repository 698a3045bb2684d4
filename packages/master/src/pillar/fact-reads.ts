// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto'
import { isMap, pack } from '@halite/core'
import type { Facts } from '@halite/targeting'

/** Whose facts. */
export interface FactsOf {
  readonly id: string
  readonly grains: Facts
}

/** Grains that no two minions share: what is made of them is kept for one minion alone. */
const ownNames: ReadonlySet<string> = new Set([
  'id',
  'fqdn',
  'host',
  'nodename',
  'localhost',
  'machine_id',
  'uuid',
  'server_id',
])

/** What was looked at of the facts of a minion while something was made, so that it can be known whether it still holds. */
export class FactReads {
  /** Whether its id was looked at. */
  id = false
  /** Whether all grains were looked at, or nobody can say which. */
  all = false
  /** Whether it would be made differently the next time, whatever the facts. */
  isVolatile = false
  readonly #names = new Set<string>()

  /** Names of the grains that were looked at. */
  get names(): ReadonlySet<string> {
    return this.#names
  }

  /** Whether two minions with the same grains may share it. */
  get isShareable(): boolean {
    return !this.id && !this.all && !this.isVolatile
  }

  /** A fact of this name was looked at. */
  note(name: string): void {
    if (ownNames.has(name)) this.id = true
    this.#names.add(name)
  }

  /** What was looked at for a part was looked at for the whole. */
  add(other: FactReads): void {
    this.id ||= other.id
    this.all ||= other.all
    this.isVolatile ||= other.isVolatile
    for (const name of other.#names) this.#names.add(name)
  }

  /** A text that two minions share if and only if all that was looked at is the same. */
  digestOf({ id, grains }: FactsOf): string {
    const named = [...this.#names].sort()
    const seen = this.all ? [grains] : named.map((name) => [name, grainAt(grains, name)])
    return createHash('sha256')
      .update(pack([this.id ? id : null, seen]))
      .digest('base64')
  }

  /** The grains, noting each that is looked at. */
  watched(grains: Facts): Facts {
    if (grains instanceof Map) {
      this.all = true
      return grains
    }
    return new Proxy(grains, {
      get: (target, name, receiver) => {
        if (typeof name === 'string') this.note(name)
        return Reflect.get(target, name, receiver)
      },
      has: (target, name) => {
        if (typeof name === 'string') this.note(name)
        return Reflect.has(target, name)
      },
      getOwnPropertyDescriptor: (target, name) => {
        if (typeof name === 'string') this.note(name)
        return Reflect.getOwnPropertyDescriptor(target, name)
      },
      ownKeys: (target) => {
        this.all = true
        return Reflect.ownKeys(target)
      },
    })
  }
}

function grainAt(grains: Facts, name: string): unknown {
  if (!isMap(grains)) return undefined
  if (grains instanceof Map) return grains.get(name)
  return Object.hasOwn(grains, name) ? (grains as Readonly<Record<string, unknown>>)[name] : undefined
}
