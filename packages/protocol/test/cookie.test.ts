// SPDX-License-Identifier: Apache-2.0
import { CookieJar } from '@halite/protocol'
import { describe, expect, it } from 'vitest'
import { beginnings, filled, flips } from './fixed.ts'

const address = filled(7, 37)

function jarAt(startMs: number) {
  const time = { nowMs: startMs }
  return { time, jar: new CookieJar(() => time.nowMs) }
}

describe('a cookie', () => {
  it('has 24 bytes and is taken back from whom it was given to', () => {
    const { jar } = jarAt(0)
    const cookie = jar.bake(address)
    expect(cookie).toHaveLength(24)
    expect(jar.accepts(cookie, address)).toBe(true)
    expect(jar.accepts(cookie, filled(8, 37))).toBe(false)
  })

  it.each([0, 1, 29_999, 30_000, 86_400_123])(
    'given at %i ms lives on in the next window and no longer',
    (startMs) => {
      const { jar, time } = jarAt(startMs)
      const cookie = jar.bake(address)
      const windowEnd = (Math.floor(startMs / 30_000) + 1) * 30_000
      time.nowMs = windowEnd + 29_999
      expect(jar.accepts(cookie, address)).toBe(true)
      time.nowMs = windowEnd + 30_000
      expect(jar.accepts(cookie, address)).toBe(false)
    },
  )

  it('is not taken from the future', () => {
    const { jar, time } = jarAt(60_000)
    const cookie = jar.bake(address)
    time.nowMs = 29_999
    expect(jar.accepts(cookie, address)).toBe(false)
  })

  it('altered, cut off or made by another jar is refused', () => {
    const { jar } = jarAt(0)
    const cookie = jar.bake(address)
    const made = [...flips(cookie), ...beginnings(cookie), Buffer.concat([cookie, filled(0, 1)])]
    expect(made.filter((each) => jar.accepts(each, address))).toEqual([])
    expect(jarAt(0).jar.accepts(cookie, address)).toBe(false)
  })
})
