// SPDX-License-Identifier: Apache-2.0
import { schema } from '@halite/core'
import type { KeyDeletion, KeyScope, KeySelection, KeysByState, KeysContext } from '@halite/loader'
import type { Asker, AskTable } from './asks.ts'

const { boolean, either, listOf, optional, record, text } = schema

const scopeSchema = record({
  includeAccepted: optional(boolean),
  includeRejected: optional(boolean),
  includeDenied: optional(boolean),
})

const deletionSchema = record({ keepData: optional(boolean) })

const statesSchema = record({
  minions: optional(listOf(text())),
  minions_pre: optional(listOf(text())),
  minions_rejected: optional(listOf(text())),
  minions_denied: optional(listOf(text())),
})

const matchSchema = either(text(), listOf(text()))

const selectionSchema = either(matchSchema, statesSchema)

/** What a runner may ask about keys. */
export function keyAsks(keys: KeysContext): AskTable {
  const matchOf = (value: unknown) => matchSchema(value, 'match')
  const selectionOf = (value: unknown) => selectionSchema(value, 'keys') as KeySelection
  const scopeOf = (value: unknown) => scopeSchema(value ?? {}, 'scope') as KeyScope
  const deletionOf = (value: unknown) => deletionSchema(value ?? {}, 'how') as KeyDeletion
  return {
    'keys.listAll': () => keys.listAll(),
    'keys.match': ([match]) => keys.match(matchOf(match)),
    'keys.accept': ([wanted, scope]) => keys.accept(selectionOf(wanted), scopeOf(scope)),
    'keys.reject': ([wanted, scope]) => keys.reject(selectionOf(wanted), scopeOf(scope)),
    'keys.delete': ([wanted, how]) => keys.delete(selectionOf(wanted), deletionOf(how)),
    'keys.durable': () => keys.durable(),
    'keys.finger': ([match]) => keys.finger(matchOf(match)),
    'keys.print': ([match]) => keys.print(matchOf(match)),
    'keys.master': () => keys.master(),
  }
}

/** The keys of the master, as a runner in an executor has them. */
export function askedKeys(asker: Asker): KeysContext {
  const keysBy = async (name: string, ...args: unknown[]) =>
    (await asker.ask(`keys.${name}`, ...args)) as KeysByState
  return {
    listAll: () => keysBy('listAll'),
    match: (match) => keysBy('match', match),
    accept: (wanted, scope) => keysBy('accept', wanted, scope),
    reject: (wanted, scope) => keysBy('reject', wanted, scope),
    delete: (wanted, how) => keysBy('delete', wanted, how),
    durable: async () => void (await asker.ask('keys.durable')),
    finger: async (match) =>
      (await asker.ask('keys.finger', match)) as Awaited<ReturnType<KeysContext['finger']>>,
    print: async (match) =>
      (await asker.ask('keys.print', match)) as Awaited<ReturnType<KeysContext['print']>>,
    master: async () => (await asker.ask('keys.master')) as Awaited<ReturnType<KeysContext['master']>>,
  }
}
