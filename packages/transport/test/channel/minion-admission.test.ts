// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { type MinionId, parseMinionId, silentLog } from '@halite/core'
import {
  type AcceptStatus,
  decodeAccept,
  decodeNotice,
  frameKind,
  frameKinds,
  type Hello,
} from '@halite/protocol'
import { Counters, MinionAdmission, type PeerAddress } from '@halite/transport'
import { beforeEach, describe, expect, test } from 'vitest'
import { until } from '../../../testing/src/until.ts'
import type { Reception } from '../../src/channel/admission.ts'
import { SessionTable } from '../../src/channel/session-table.ts'
import { forgedHello, HandClock, helloFrame, makeParty, type Party, somewhere } from './bench.ts'

const master = makeParty()
const minion = makeParty()
const here = somewhere()

interface Sent {
  readonly to: PeerAddress
  readonly frame: Buffer
}

let clock: HandClock
let admission: MinionAdmission
let reception: Reception
let sent: Sent[]
let lookedUp: string[]
let decided: string[]
let status: AcceptStatus

beforeEach(() => {
  clock = new HandClock()
  sent = []
  lookedUp = []
  decided = []
  status = 'accepted'
  admission = new MinionAdmission({
    identity: master.privateKey,
    publicRaw: master.publicRaw,
    policy: {
      isAccepted: (id, key) => {
        lookedUp.push(id)
        return key.equals(minion.publicRaw)
      },
      decide: (id) => {
        decided.push(id)
        return status
      },
    },
    clock,
    log: silentLog,
    software: 'test',
  })
  reception = {
    sessions: new SessionTable(clock, () => undefined),
    counters: new Counters(),
    send: (to, frame) => sent.push({ to, frame }),
  }
})

const admit = (frame: Buffer, from = here) => admission.admit(frame, from, reception)
const answer = () =>
  until('an answer', () => sent.find(({ frame }) => frameKind(frame) === frameKinds.accept))
const notices = () =>
  sent.filter(({ frame }) => frameKind(frame) === frameKinds.notice).map(({ frame }) => decodeNotice(frame))
const count = (name: string) => reception.counters.get(name)

let hellos: readonly Buffer[] | undefined

/** So many hellos within a second that further ones need a cookie; the same in each test, since keys take their time. */
function crowd(): void {
  hellos ??= Array.from({ length: 200 }, () => forgedHello(makeParty()))
  for (const hello of hellos) admit(hello, somewhere())
}

/** Says hello as a peer that reads what it is sent, and so has a cookie. */
function admitWithCookie(party: Party, from: PeerAddress, changes: Partial<Hello> = {}): void {
  const nonce = randomBytes(32)
  const before = sent.length
  admit(helloFrame(party, { ...changes, nonce }), from)
  const cookie = sent[before] && decodeNotice(sent[before].frame).cookie
  if (cookie) admit(helloFrame(party, { ...changes, nonce, cookie }), from)
}

describe('order of work', () => {
  test('what does not read as a hello costs nothing: no look-up, no answer', () => {
    const good = helloFrame(minion)
    const bad = [
      good.subarray(0, 40),
      good.subarray(0, good.length - 1),
      Buffer.concat([good, randomBytes(3000)]),
    ]
    for (const frame of bad) expect(() => admit(frame)).toThrow(/frame|msgpack/)
    expect([lookedUp, decided, sent]).toEqual([[], [], []])
  })

  test('a version nobody here speaks is refused before any key is looked at', () => {
    expect(() => admit(helloFrame(minion, { minVersion: 7, maxVersion: 9 }))).toThrow(
      expect.objectContaining({ code: 'VERSION_REFUSED' }),
    )
    expect([lookedUp, decided]).toEqual([[], []])
  })

  test('a frame of another clear kind is counted', () => {
    admit(Buffer.from([0xc1, 1, frameKinds.localHello, 0]))
    expect(count('frames_unexpected')).toBe(1)
  })

  test('a hello that its key did not sign is counted; nobody decides on it and nothing goes back', async () => {
    admit(forgedHello(minion))
    await until('it is refused', () => count('refused_signature_invalid') === 1)
    expect([decided, sent]).toEqual([[], []])
  })

  test('a hello signed by another key than the one it shows is refused', async () => {
    admit(helloFrame({ privateKey: makeParty().privateKey, publicRaw: minion.publicRaw }))
    await until('it is refused', () => count('refused_signature_invalid') === 1)
    expect(decided).toEqual([])
  })

  const badIds = ['../../etc/cron.d/x', 'a/b', '..', '.', '', 'a\0b', 'x'.repeat(300), 'a\nb', 'ａ\u2028b']

  test.each(badIds)('an id that could be a path or break a line is refused: %j', (id) => {
    expect(() => admit(helloFrame(minion, { id: id as MinionId }))).toThrow(
      expect.objectContaining({ code: 'VALUE_MALFORMED' }),
    )
    expect([lookedUp, decided]).toEqual([[], []])
  })
})

describe('what the owner of a key is told', () => {
  test('accepted: a provisional session, and an answer signed over this very hello', async () => {
    const frame = helloFrame(minion)
    admit(frame)
    const { to, frame: accept } = await answer()
    expect(to).toEqual(here)
    expect(decodeAccept(accept, frame)).toMatchObject({ status: 'accepted', key: master.publicRaw })
    expect(() => decodeAccept(accept, helloFrame(minion))).toThrow(
      expect.objectContaining({ code: 'SIGNATURE_INVALID' }),
    )
    expect(reception.sessions.provisionalCount).toBe(1)
    expect([...reception.sessions.established()]).toEqual([])
  })

  test.each(['pending', 'rejected', 'denied', 'full'] as const)(
    '%s: signed, and no session',
    async (what) => {
      status = what
      const frame = helloFrame(minion)
      admit(frame)
      expect(decodeAccept((await answer()).frame, frame).status).toBe(what)
      expect(reception.sessions.provisionalCount).toBe(0)
      expect(count(`hellos_${what}`)).toBe(1)
    },
  )

  test('a hello whose exchange key is of low order gets no session', async () => {
    admit(helloFrame(minion, { ephemeral: Buffer.alloc(32) }))
    await until('it fails', () => count('hellos_failed') === 1)
    expect(reception.sessions.provisionalCount).toBe(0)
    expect(sent).toEqual([])
  })
})

describe('under load', () => {
  test('a hello without a cookie is sent for one, without a look at any key', () => {
    crowd()
    lookedUp.length = 0
    admit(helloFrame(minion))
    expect(notices().at(-1)).toMatchObject({ notice: 'cookie', cookie: expect.anything() })
    expect(lookedUp).toEqual([])
  })

  test('with the cookie it is decided on', async () => {
    crowd()
    admitWithCookie(minion, here)
    await until('it is decided on', () => decided.includes('m1'))
  })

  test('a cookie is good for the address and the hello it was made for, and for a minute at most', () => {
    crowd()
    const nonce = randomBytes(32)
    admit(helloFrame(minion, { nonce }))
    const cookie = notices().at(-1)?.cookie as Buffer
    lookedUp.length = 0
    admit(helloFrame(minion, { nonce, cookie }), somewhere())
    admit(helloFrame(minion, { nonce: randomBytes(32), cookie }))
    admit(helloFrame(minion, { nonce, cookie: randomBytes(24) }))
    clock.advance(61_000)
    crowd()
    lookedUp.length = 0
    admit(helloFrame(minion, { nonce, cookie }))
    expect(lookedUp).toEqual([])
  })

  test('the second after, no cookie is needed', async () => {
    crowd()
    await until('the crowd is refused', () => count('refused_signature_invalid') >= 34)
    clock.advance(1000)
    admit(helloFrame(minion))
    await until('it is decided on', () => decided.includes('m1'))
  })

  test('strangers wait in a queue of 512, what is above is told to come later, and a known key passes them', async () => {
    const stranger = makeParty()
    for (let index = 0; index < 1200; index += 1) admitWithCookie(stranger, somewhere())
    expect(count('hellos_turned_away')).toBeGreaterThan(0)
    expect(notices().some(({ notice }) => notice === 'busy')).toBe(true)
    admitWithCookie(minion, here, { id: parseMinionId('known') })
    await until('the known one is decided on', () => decided.includes('known'))
    expect(decided.indexOf('known')).toBeLessThan(20)
    await until('the rest is', () => decided.length + count('hellos_turned_away') >= 1200)
  })
})

describe('the allowance of a connection', () => {
  test('sixteen hellos that lead to nothing, and no more; others are served', async () => {
    for (let index = 0; index < 50; index += 1) admit(forgedHello(minion))
    await until('they are refused', () => count('refused_signature_invalid') === 16)
    await delay(20)
    expect(count('hellos_ignored')).toBe(34)
    admit(helloFrame(minion), somewhere())
    await answer()
  })

  test('waiting for acceptance spends it, being accepted does not', async () => {
    for (let index = 1; index <= 40; index += 1) {
      admit(helloFrame(minion))
      await until('it is accepted', () => count('hellos_accepted') === index)
    }
    expect(count('hellos_ignored')).toBe(0)
    status = 'pending'
    for (let index = 0; index < 40; index += 1) admit(helloFrame(makeParty()))
    await until('they wait', () => count('hellos_pending') === 16)
    expect(count('hellos_ignored')).toBe(24)
  })

  test('after a minute of silence it is given again', async () => {
    for (let index = 0; index < 20; index += 1) admit(forgedHello(minion))
    clock.advance(60_001)
    admit(helloFrame(minion))
    await answer()
  })
})

describe('nudge', () => {
  test('who waits with the key that is accepted now is told, once', async () => {
    status = 'pending'
    admit(helloFrame(minion))
    await answer()
    sent.length = 0
    admission.nudge(parseMinionId('m1'), reception)
    admission.nudge(parseMinionId('m1'), reception)
    expect(sent.map(({ to }) => to)).toEqual([here])
    expect(notices()).toMatchObject([{ notice: 'helloAgain' }])
  })

  test('a stranger with another key cannot take the place of who waits', async () => {
    status = 'pending'
    admit(helloFrame(minion))
    await until('it waits', () => count('hellos_pending') === 1)
    status = 'denied'
    admit(helloFrame(makeParty()), somewhere())
    await until('it is denied', () => count('hellos_denied') === 1)
    sent.length = 0
    admission.nudge(parseMinionId('m1'), reception)
    expect(sent.map(({ to }) => to)).toEqual([here])
  })

  test('an id nobody waits under is no error', () => {
    admission.nudge(parseMinionId('nobody'), reception)
    expect(sent).toEqual([])
  })
})
