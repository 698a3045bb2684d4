// SPDX-License-Identifier: Apache-2.0
import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { loadIdentity, type MinionId } from '@halite/core'
import {
  type Accept,
  agree,
  type Down,
  decodeAccept,
  decodeDown,
  decodeNotice,
  type Ephemeral,
  encodeHello,
  encodeRequest,
  frameKind,
  frameKinds,
  type Hello,
  loads,
  makeEphemeral,
  type Notice,
  type OpenReply,
  PeerSeals,
  sessionKeysOf,
} from '@halite/protocol'
import { type Cluster, RawPeer, until } from '@halite/testing'
import { expect } from 'vitest'

const answerMs = 3000

/** An identity in the hands of whoever writes the test. */
export interface Party {
  readonly id: string
  readonly privateKey: KeyObject
  readonly publicRaw: Buffer
}

/** A key the master has never seen, under this id. */
export function stranger(id: string): Party {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  return { id, privateKey, publicRaw: publicKey.export({ type: 'spki', format: 'der' }).subarray(-32) }
}

/** The identity of a real minion of the cluster, as somebody who broke into its machine has it. */
export function stolen(cluster: Cluster, id: string): Party {
  const { privateKey, publicRaw } = loadIdentity(join(cluster.minionOptions(id).pki_dir, 'minion_ed25519'))
  return { id, privateKey, publicRaw }
}

/** What a hand-made hello was answered with. */
export interface Answer {
  readonly hello: Buffer
  readonly accept: Accept
  readonly frame: Buffer
}

/** The answer to `_open` of a daemon: it is told what is published, where and under which key. */
export type DaemonReply = OpenReply & Required<Pick<OpenReply, 'topic' | 'epoch'>>

/** A minion made by hand: it says and keeps what it likes. */
export class HandMinion implements AsyncDisposable {
  readonly party: Party
  readonly peer: RawPeer
  readonly instance = randomBytes(16)
  seals: PeerSeals | undefined
  sessionId: Buffer = Buffer.alloc(16)
  opened: DaemonReply | undefined
  /** Everything it sent, in order. */
  readonly sent: Buffer[] = []
  #ephemeral: Ephemeral = makeEphemeral()
  #number = 0

  constructor(address: string, party: Party) {
    this.party = party
    this.peer = new RawPeer(address)
  }

  /** A hello as bytes; a new attempt each time. */
  hello(changes: Partial<Hello> = {}): Buffer {
    this.#ephemeral = makeEphemeral()
    const hello: Hello = {
      // As it stands: the gate to be tried is the master's.
      id: this.party.id as MinionId,
      instance: this.instance,
      role: 'daemon',
      key: this.party.publicRaw,
      ephemeral: this.#ephemeral.publicRaw,
      nonce: randomBytes(32),
      minVersion: 1,
      maxVersion: 1,
      software: 'hand made',
      time: Date.now(),
      ...changes,
    }
    return encodeHello(hello, this.party.privateKey)
  }

  send(frame: Buffer): void {
    this.sent.push(Buffer.from(frame))
    this.peer.send(Buffer.from(frame))
  }

  /** Says hello and reads what the master decided. */
  async introduce(changes: Partial<Hello> = {}): Promise<Answer> {
    const { hello, frame } = await this.#exchange(changes)
    const accept = decodeAccept(frame, hello)
    if (accept.status === 'accepted') {
      const keys = sessionKeysOf(agree(this.#ephemeral, accept.ephemeral), hello, frame)
      this.seals = new PeerSeals(accept.session, keys)
      this.sessionId = accept.session
    }
    return { hello, accept, frame }
  }

  /** Under load the master asks for a cookie first. */
  async #exchange(changes: Partial<Hello>): Promise<{ hello: Buffer; frame: Buffer }> {
    const nonce = randomBytes(32)
    let hello = this.hello({ nonce, ...changes })
    const ephemeral = this.#ephemeral
    this.send(hello)
    for (;;) {
      const frame = await this.peer.next(answerMs)
      if (frame === undefined) throw new Error(`the hello of ${this.party.id} got no answer`)
      if (frameKind(frame) === frameKinds.accept) return { hello, frame }
      const { cookie } = decodeNotice(frame)
      if (cookie === undefined) continue
      hello = this.hello({ nonce, ephemeral: ephemeral.publicRaw, ...changes, cookie })
      this.#ephemeral = ephemeral
      this.send(hello)
    }
  }

  /** Says hello and opens the session, as the daemon of a real minion does. */
  async connect(): Promise<DaemonReply> {
    const { topic, epoch, ...reply } = await this.call('daemon')
    if (topic === undefined || epoch === undefined) throw new Error('a daemon was told no topics')
    this.opened = { ...reply, topic, epoch }
    return this.opened
  }

  /** The same in another role. */
  async call(role: Hello['role'] = 'call'): Promise<OpenReply> {
    const { accept } = await this.introduce({ role })
    expect(accept.status).toBe('accepted')
    const down = await this.ask('_open', {})
    if (down.type !== 'reply') throw new Error(`_open was refused: ${JSON.stringify(down)}`)
    return loads.openReplySchema(down.value, 'open')
  }

  /** One request under the session, as bytes. */
  seal(name: string, load: unknown): Buffer {
    if (this.seals === undefined) throw new Error('there is no session')
    this.#number += 1
    return this.seals.up.seal(encodeRequest({ number: this.#number, name, load }))
  }

  /** One request, and its answer. Rejects when none comes within `waitMs`. */
  async ask(name: string, load: unknown, waitMs = answerMs): Promise<Down> {
    this.send(this.seal(name, load))
    const number = this.#number
    for (;;) {
      const down = this.open(await this.next(frameKinds.down, waitMs))
      if (down.type === 'acknowledged') {
        if (down.numbers.includes(number)) return { type: 'reply', number, value: true }
      } else if (down.type !== 'push' && down.number === number) return down
    }
  }

  /** The code a request is refused with; fails when it is not refused. */
  async refusal(name: string, load: unknown): Promise<string> {
    const down = await this.ask(name, load)
    return down.type === 'error' ? down.error.code : `no refusal: ${JSON.stringify(down)}`
  }

  open(frame: Buffer): Down {
    if (this.seals === undefined) throw new Error('there is no session')
    return decodeDown(this.seals.down.open(frame), { maxBytes: 1 << 26 })
  }

  /** The next frame of one kind; others are passed over. Rejects when none comes. */
  async next(kind: number, waitMs = answerMs): Promise<Buffer> {
    for (;;) {
      const frame = await this.peer.next(waitMs)
      if (frame === undefined) throw new Error(`no frame of kind ${kind} came within ${waitMs} ms`)
      if (frameKind(frame) === kind) return frame
    }
  }

  async nextNotice(): Promise<Notice> {
    return decodeNotice(await this.next(frameKinds.notice))
  }

  /** All frames that come within `ms`. */
  async allWithin(ms: number): Promise<Buffer[]> {
    const frames: Buffer[] = []
    const endMs = performance.now() + ms
    for (let left = ms; left > 0; left = endMs - performance.now()) {
      const frame = await this.peer.next(left)
      if (frame) frames.push(frame)
    }
    return frames
  }

  async close(): Promise<void> {
    await this.peer.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}

/** A hand-made minion whose key the master accepts, with an open session: an insider. */
export async function insider(cluster: Cluster, id: string): Promise<HandMinion> {
  const made = new HandMinion(cluster.addresses.ret, stranger(id))
  expect((await made.introduce()).accept.status).toBe('pending')
  cluster.master.keys.accept(id)
  await made.connect()
  return made
}

/** A counter of `master.status()`: `requests`, `local` or `publish`, and its name. */
export function counter(cluster: Cluster, part: 'requests' | 'local' | 'publish', name: string): number {
  const counters = cluster.master.status()[part] as Record<string, number>
  return counters[name] ?? 0
}

/** Waits until a counter has risen by `by` since `before`. */
export async function risen(
  cluster: Cluster,
  [part, name]: readonly ['requests' | 'local' | 'publish', string],
  { before = 0, by = 1 }: { before?: number; by?: number } = {},
): Promise<void> {
  await until(`${part}.${name} rises by ${by}`, () => counter(cluster, part, name) >= before + by)
}

/** A ping by a real client to a real minion is answered. */
export async function expectPing(cluster: Cluster, id = 'm1'): Promise<void> {
  expect(await cluster.client.cmd(id, 'test.ping')).toEqual({ [id]: true })
}

/** A publication, not one frame per session, reaches these minions. */
export async function expectBroadcast(cluster: Cluster, ids: readonly string[]): Promise<void> {
  const expected = Object.fromEntries(ids.map((id) => [id, true]))
  expect(await cluster.client.cmd('m*', 'test.ping')).toEqual(expected)
}
