// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto'
import type { Session } from './session.ts'

/**
 * A topic is 12 random bytes that all have in common, made once, its number, and 2 random bytes of its own. libzmq keeps
 * subscriptions in a tree and walks the whole of it whenever a connection ends, the empty places between its branches too:
 * so topics share what they can, have numbers without gaps, and there are only so many.
 */
const sharedBytes = 12
const ownBytes = 2
const maxTopics = 512

interface Topic {
  readonly number: number
  readonly bytes: Buffer
  readonly sessions: Set<Session>
}

/** On which topic each session is reached: one of its own, or, in a large fleet, one it has in common with some others. */
export class SessionTopics {
  readonly #shared = randomBytes(sharedBytes)
  /** Numbers not in use; the last is the lowest as long as none was given back. */
  readonly #free = Array.from({ length: maxTopics }, (_, index) => maxTopics - 1 - index)
  /** By name; when all are in use, the first is the next to be shared. */
  readonly #topics = new Map<string, Topic>()
  readonly #bySession = new Map<Session, Topic>()

  /** The topic of a session; found at the first call. */
  of(session: Session): Buffer {
    const known = this.#bySession.get(session)
    if (known) return known.bytes
    const number = this.#free.pop()
    const topic = number === undefined ? this.#nextShared() : this.#makeTopic(number)
    topic.sessions.add(session)
    this.#bySession.set(session, topic)
    return topic.bytes
  }

  /** The topic of a session that has one. */
  get(session: Session): Buffer | undefined {
    return this.#bySession.get(session)?.bytes
  }

  /** The sessions reached on a topic; undefined when there are none, and it must not be granted. */
  sessions(topic: Buffer): ReadonlySet<Session> | undefined {
    return this.#topics.get(topic.toString('latin1'))?.sessions
  }

  /** The session ended. */
  forget(session: Session): void {
    const topic = this.#bySession.get(session)
    if (topic === undefined) return
    this.#bySession.delete(session)
    topic.sessions.delete(session)
    if (topic.sessions.size > 0) return
    this.#topics.delete(topic.bytes.toString('latin1'))
    this.#free.push(topic.number)
  }

  #makeTopic(number: number): Topic {
    const numberBytes = Buffer.alloc(2)
    numberBytes.writeUInt16BE(number)
    const bytes = Buffer.concat([this.#shared, numberBytes, randomBytes(ownBytes)])
    const topic = { number, bytes, sessions: new Set<Session>() }
    this.#topics.set(bytes.toString('latin1'), topic)
    return topic
  }

  #nextShared(): Topic {
    const [name, topic] = this.#topics.entries().next().value as [string, Topic]
    this.#topics.delete(name)
    this.#topics.set(name, topic)
    return topic
  }
}
