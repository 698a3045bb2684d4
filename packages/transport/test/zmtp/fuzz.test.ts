// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { rawCommand, rawFrame, rawGreeting, rawReady } from '../../../testing/src/raw-zmtp.ts'
import { Conversation, publisherRole, type Role, routerRole } from '../../src/zmtp/conversation.ts'

/** Conversations that are tried; `HALITE_FUZZ=1000000` for a long night. */
const rounds = Number(process.env['HALITE_FUZZ'] ?? 20_000)
const maxPartBytes = 2048

/** Numbers that look random and are the same in each run: what fails can be found again by its round. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed >>> 0
  return (below) => {
    // xorshift32
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
}

type Random = ReturnType<typeof randomFrom>

interface Heard {
  readonly events: string[]
  readonly fault: string | undefined
  mostHeld: number
}

/** What a conversation makes of these pieces. */
function converse(role: Role, pieces: readonly Buffer[]): Heard {
  const events: string[] = []
  let commands = 0
  const conversation = new Conversation(role, {
    write: (bytes) => events.push(`write ${bytes.toString('hex')}`),
    onReady: (socketType) => events.push(`ready ${socketType}`),
    onPart: (body, more) => events.push(`part ${body.toString('hex')} ${more}`),
    onSubscription: (topic, isWanted) => events.push(`subscription ${topic.toString('hex')} ${isWanted}`),
    onCommand: () => {
      commands += 1
      return commands <= 100
    },
    onTtl: (ms) => events.push(`ttl ${ms}`),
    maxPartBytes: () => maxPartBytes,
    admits: () => true,
    reserve: () => true,
  })
  let mostHeld = 0
  for (const piece of pieces) {
    const taken = conversation.read(piece)
    mostHeld = Math.max(mostHeld, conversation.heldBytes)
    if (conversation.fault !== undefined) break
    expect(taken).toBe(piece.length)
  }
  return { events, fault: conversation.fault, mostHeld }
}

const commands = ['PING', 'PONG', 'SUBSCRIBE', 'CANCEL', 'ERROR', 'READY', 'HELLO', '']

function someFrame(random: Random): Buffer {
  const body = Buffer.alloc(random(8) === 0 ? random(3000) : random(40), random(256))
  switch (random(4)) {
    case 0:
      return rawCommand(commands[random(commands.length)] ?? '', body.subarray(0, random(60)))
    case 1:
      return rawFrame(Buffer.concat([Buffer.from([random(3)]), body]), random(2))
    case 2:
      return rawFrame(body, random(256))
    default:
      return body
  }
}

/** A conversation that is right in the main; then some of its bytes are changed, cut out or doubled. */
function someBytes(random: Random): Buffer {
  const version = [random(10) === 0 ? random(4) : 3, random(3)] as const
  const socketType = ['DEALER', 'REQ', 'SUB', 'XSUB', 'PUB'][random(5)] ?? ''
  const frames = Array.from({ length: random(12) }, () => someFrame(random))
  const identity = Buffer.alloc(random(20), random(256))
  const bytes = Buffer.concat([rawGreeting({ version }), rawReady({ socketType, identity }), ...frames])
  return random(3) === 0 ? bytes : mutated(bytes, random)
}

function mutated(bytes: Buffer, random: Random): Buffer {
  // Mostly behind the greeting, which is soon refused.
  const from = random(5) === 0 ? 0 : 64
  let result = Buffer.from(bytes)
  for (let change = random(4); change >= 0; change -= 1) {
    const at = from + random(Math.max(1, result.length - from))
    const kind = random(3)
    if (kind === 0) result[at] = random(256)
    else if (kind === 1) result = Buffer.concat([result.subarray(0, at), result.subarray(at + random(20))])
    else result = Buffer.concat([result.subarray(0, at), result.subarray(Math.max(0, at - random(20)))])
  }
  return result
}

function cut(bytes: Buffer, random: Random): Buffer[] {
  const pieces: Buffer[] = []
  for (let at = 0; at < bytes.length; ) {
    const size = 1 + random(random(4) === 0 ? 4 : 200)
    pieces.push(bytes.subarray(at, at + size))
    at += size
  }
  return pieces
}

/** Whatever comes and however it is cut: the same is made of it, nothing throws, and no more is held than a frame. */
function check(bytes: Buffer, random: Random): void {
  for (const role of [routerRole, publisherRole]) {
    const whole = converse(role, [bytes])
    const inPieces = converse(role, cut(bytes, random))
    expect(inPieces.events).toEqual(whole.events)
    expect(inPieces.fault).toBe(whole.fault)
    expect(Math.max(whole.mostHeld, inPieces.mostHeld)).toBeLessThanOrEqual(maxPartBytes)
  }
}

test(`${rounds} conversations, random and mutated, are read the same in one piece and in many`, () => {
  const reached = new Set<string>()
  for (let round = 1; round <= rounds; round += 1) {
    const random = randomFrom(round * 2_654_435_761)
    const bytes = someBytes(random)
    try {
      check(bytes, random)
    } catch (error) {
      throw new Error(`round ${round}: ${bytes.toString('hex')}`, { cause: error })
    }
    if (round <= 5000) {
      const { fault, events } = converse(routerRole, [bytes])
      reached.add(fault ?? 'no fault')
      for (const event of events) reached.add(event.split(' ')[0] ?? '')
    }
  }
  // The generator goes everywhere.
  for (const place of ['ready', 'part', 'subscription', 'ttl', 'write', 'no fault', 'frame_malformed'])
    expect([place, reached.has(place)]).toEqual([place, true])
  for (const fault of ['not_zmtp', 'version_refused', 'frame_too_large', 'socket_type_refused'])
    expect([fault, reached.has(fault)]).toEqual([fault, true])
}, 3_600_000)

test('seeds that a coverage-guided fuzzer kept are read the same in one piece and in many', () => {
  const folder = join(import.meta.dirname, 'seeds')
  const seeds = readdirSync(folder)
  expect(seeds.length).toBeGreaterThan(10)
  for (const seed of seeds)
    check(Buffer.from(readFileSync(join(folder, seed), 'latin1').trim(), 'hex'), randomFrom(1))
})
