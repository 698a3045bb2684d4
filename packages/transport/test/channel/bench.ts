// SPDX-License-Identifier: Apache-2.0
import { type KeyObject, randomBytes, randomInt } from 'node:crypto'
import {
  type Clock,
  generateIdentity,
  type MinionId,
  parseMinionId,
  privateKeyFromPem,
  rawPublicKey,
} from '@halite/core'
import {
  encodeHello,
  type Hello,
  MasterSeals,
  makeEphemeral,
  PeerSeals,
  peerName,
  sessionKeysOf,
} from '@halite/protocol'
import type { PeerAddress } from '@halite/transport'
import { Session } from '../../src/channel/session.ts'

const startMs = 1_000_000

/** A connection that nobody else has. */
export function somewhere(): PeerAddress {
  return { number: randomInt(2 ** 40), remote: '192.0.2.7:51234' }
}

/** A clock that stands still until it is told to go on. */
export class HandClock implements Clock {
  #nowMs = startMs

  monotonicMs(): number {
    return this.#nowMs
  }

  wallMs(): number {
    return 1_700_000_000_000 + this.#nowMs
  }

  async sleep(): Promise<void> {
    throw new Error('nothing here sleeps')
  }

  advance(ms: number): void {
    this.#nowMs += ms
  }
}

/** An identity as minions and masters have one. */
export interface Party {
  readonly privateKey: KeyObject
  readonly publicRaw: Buffer
}

export function makeParty(): Party {
  const { privatePem, publicPem } = generateIdentity()
  return {
    privateKey: privateKeyFromPem(privatePem, 'test'),
    publicRaw: rawPublicKey(publicPem, 'test'),
  }
}

/** A hello of `party`, with whatever a test wants different. */
export function helloOf(party: Party, changes: Partial<Hello> = {}): Hello {
  return {
    id: parseMinionId('m1'),
    instance: randomBytes(16),
    role: 'daemon',
    key: party.publicRaw,
    ephemeral: makeEphemeral().publicRaw,
    nonce: randomBytes(32),
    minVersion: 1,
    maxVersion: 1,
    software: 'test',
    time: 1_700_000_000_000,
    ...changes,
  }
}

export function helloFrame(party: Party, changes: Partial<Hello> = {}): Buffer {
  return encodeHello(helloOf(party, changes), party.privateKey)
}

/** A hello that reads well and was signed by nobody. */
export function forgedHello(party: Party, changes: Partial<Hello> = {}): Buffer {
  const frame = helloFrame(party, changes)
  frame[frame.length - 1] = (frame.at(-1) ?? 0) ^ 1
  return frame
}

export interface SessionInit {
  readonly id?: string
  readonly instance?: Buffer
  readonly role?: 'daemon' | 'call'
  readonly user?: string
  readonly address?: PeerAddress
  readonly nowMs?: number
}

/** Both ends of a session that some handshake could have made. */
export function makeSession(init: SessionInit = {}): {
  session: Session
  seals: PeerSeals
  key: string
  id: Buffer
} {
  const { role = 'daemon', instance = randomBytes(16), address = somewhere(), nowMs = startMs } = init
  const id = randomBytes(16)
  const keys = sessionKeysOf(randomBytes(32), randomBytes(8), randomBytes(8))
  const minion = parseMinionId(init.id ?? 'm1') as MinionId
  const peer =
    init.user === undefined
      ? ({
          type: 'minion',
          id: minion,
          name: peerName(minion, instance, role),
          role,
          software: 'test',
        } as const)
      : ({ type: 'local', user: init.user, name: `local\0${id.toString('hex')}` } as const)
  const key = id.toString('latin1')
  const session = new Session({ key, peer, seals: new MasterSeals(id, keys), address, nowMs })
  return { session, seals: new PeerSeals(id, keys), key, id }
}
