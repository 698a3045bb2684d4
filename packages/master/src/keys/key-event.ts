// SPDX-License-Identifier: Apache-2.0
import { publicPemOf } from '@halite/core'
import type { KeyChange, KeyStore } from './key-store.ts'

const acts: Readonly<Record<NonNullable<KeyChange['to']>, string>> = {
  minions: 'accepted',
  minions_pre: 'pending',
  minions_rejected: 'rejected',
  minions_denied: 'denied',
}

/** The data of a `salt/key` event, as Salt 3008 has it: `act` says where the key is now, and `pub` which key it is. */
export function keyEvent(keys: KeyStore, { id, to }: KeyChange): Readonly<Record<string, unknown>> {
  if (to === undefined) return { id, act: 'delete', result: true }
  const raw = keys.directory(to).get(id)?.raw
  return { id, act: acts[to], result: true, ...(raw === undefined ? {} : { pub: publicPemOf(raw) }) }
}
