// SPDX-License-Identifier: Apache-2.0
import { isJid, JidClock, jidAt, jidStartTime, jidTimeMs, parseJid } from '@halite/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

describe('JidClock', () => {
  it('rises strictly while time stands, steps back and moves on', () => {
    const times = [100n, 100n, 100n, 50n, 200n, 150n].map((offset) => 1_792_000_000_000_000n + offset)
    const clock = new JidClock(() => times.shift() as bigint)
    const jids = Array.from({ length: 6 }, () => clock.next())
    expect([...jids].sort()).toEqual(jids)
    expect(new Set(jids).size).toBe(6)
    expect(jids[4]).toBe(jidAt(1_792_000_000_000_200n))
  })

  it('goes from one second to the next, and from one day to the next', () => {
    const midnight = 1_795_219_200_000_000n
    const times = [midnight - 1n, midnight, midnight + 999_999n, midnight + 1_000_000n]
    const clock = new JidClock(() => times.shift() as bigint)
    expect(Array.from({ length: 4 }, () => clock.next())).toEqual([
      '20261120235959999999',
      '20261121000000000000',
      '20261121000000999999',
      '20261121000001000000',
    ])
  })

  it('makes valid jids of now', () => {
    const jid = new JidClock().next()
    expect(isJid(jid)).toBe(true)
    expect(Math.abs(jidTimeMs(jid) - Date.now())).toBeLessThan(10_000)
  })
})

describe('times', () => {
  it('are UTC with microseconds', () => {
    expect(jidAt(0n)).toBe('19700101000000000000')
    expect(jidAt(1_795_149_228_714_672n)).toBe('20261120043348714672')
    expect(jidStartTime(parseJid('20261120045348714672'))).toBe('2026, Nov 20 04:53:48.714672')
  })

  it('go there and back', () => {
    const micros = fc.bigInt({ min: 0n, max: 253_402_300_799_999_999n })
    fc.assert(
      fc.property(micros, (at) => {
        expect(jidTimeMs(jidAt(at))).toBeCloseTo(Number(at) / 1000, 1)
        expect(isJid(jidAt(at))).toBe(true)
      }),
    )
  })
})
