// SPDX-License-Identifier: Apache-2.0
import { type ErrorCode, loadOptions, type MinionOptions, SaltError } from '@halite/core'
import { describe, expect, test } from 'vitest'
import { Setbacks } from '../src/setbacks.ts'

function setbacks(overrides: Partial<MinionOptions> = {}): Setbacks {
  return new Setbacks(loadOptions('minion', { configDir: '/nowhere', overrides }).options)
}

/** What so many errors of one kind in a row lead to: pauses in seconds, rounded. */
function pauses(rule: Setbacks, code: ErrorCode, count: number): number[] {
  return Array.from({ length: count }, () => Math.round(rule.next(new SaltError(code, 'x')).waitMs / 1000))
}

const end = Number.POSITIVE_INFINITY

describe('a name that does not resolve', () => {
  test('is tried again every retry_dns seconds, without end', () => {
    const rule = setbacks()
    expect(pauses(rule, 'MASTER_UNRESOLVED', 50)).toEqual(Array(50).fill(30))
    expect(rule.next(new SaltError('MASTER_UNRESOLVED', 'x'))).toMatchObject({
      level: 'error',
      text: 'master not resolved, tried again in 30 s',
    })
  })

  test('is tried again retry_dns_count times', () => {
    const options = { retry_dns: 2, retry_dns_count: 3 }
    expect(pauses(setbacks(options), 'MASTER_UNRESOLVED', 4)).toEqual([2, 2, 2, end])
    expect(pauses(setbacks({ retry_dns_count: 0 }), 'MASTER_UNRESOLVED', 1)).toEqual([end])
  })

  test('ends it at once with retry_dns: 0', () => {
    expect(pauses(setbacks({ retry_dns: 0 }), 'MASTER_UNRESOLVED', 1)).toEqual([end])
  })
})

describe('a master that does not answer', () => {
  test('is tried again after pauses that double, spread by half of them to either side', () => {
    const { options } = loadOptions('minion', { configDir: '/nowhere' })
    const waits = (random: number) => {
      const rule = new Setbacks(options, () => random)
      return [1, 2, 3].map(() => rule.next(new SaltError('HANDSHAKE_TIMEOUT', 'x')).waitMs)
    }
    expect(waits(0)).toEqual([125, 250, 500])
    expect(waits(0.5)).toEqual([250, 500, 1000])
    expect(waits(0.999)).toEqual([374.75, 749.5, 1499])
  })

  test('is tried again without end, never later than after eight seconds', () => {
    const waits = pauses(setbacks(), 'HANDSHAKE_TIMEOUT', 200)
    expect(Math.max(...waits)).toBeLessThanOrEqual(8)
  })

  test.each([
    { master_tries: 1, auth_tries: 7, tries: 7 },
    { master_tries: 3, auth_tries: 2, tries: 6 },
    { master_tries: 2, auth_tries: 0, tries: 2 },
  ])('ends it after $tries tries with $master_tries × $auth_tries', ({ tries, ...options }) => {
    const waits = pauses(setbacks(options), 'HANDSHAKE_TIMEOUT', tries)
    expect(waits.slice(0, -1)).not.toContain(end)
    expect(waits.at(-1)).toBe(end)
  })

  test('is counted from the beginning once there was a session, or an answer', () => {
    const rule = setbacks({ master_tries: 1, auth_tries: 2 })
    expect(pauses(rule, 'HANDSHAKE_TIMEOUT', 1)).not.toContain(end)
    rule.clear()
    expect(pauses(rule, 'HANDSHAKE_TIMEOUT', 1)).not.toContain(end)
    rule.next(new SaltError('KEY_PENDING', 'x'))
    expect(pauses(rule, 'HANDSHAKE_TIMEOUT', 1)).not.toContain(end)
  })

  test('may fail with an error of any kind', () => {
    expect(setbacks().next(new Error('boom'))).toMatchObject({ text: 'master not reached' })
  })
})

describe('a key that waits', () => {
  test('is asked for at even pauses', () => {
    expect(pauses(setbacks({ acceptance_wait_time: 4 }), 'KEY_PENDING', 3)).toEqual([4, 4, 4])
  })

  test('is asked for at growing pauses up to acceptance_wait_time_max', () => {
    const rule = setbacks({ acceptance_wait_time: 10, acceptance_wait_time_max: 60 })
    expect(pauses(rule, 'KEY_PENDING', 5)).toEqual([10, 20, 40, 60, 60])
    rule.clear()
    expect(pauses(rule, 'KEY_PENDING', 1)).toEqual([10])
  })

  test('is not asked for less often where the longest pause is the shorter', () => {
    const rule = setbacks({ acceptance_wait_time: 10, acceptance_wait_time_max: 5 })
    expect(pauses(rule, 'KEY_PENDING', 2)).toEqual([10, 10])
  })
})

describe('what the master refused', () => {
  test.each(['KEY_REJECTED', 'KEY_DENIED'] as const)('%s is the end, unless rejected_retry is on', (code) => {
    expect(pauses(setbacks(), code, 1)).toEqual([end])
    expect(pauses(setbacks({ rejected_retry: true }), code, 1)).toEqual([10])
  })

  test.each(['MASTER_FULL', 'MASTER_KEY_CHANGED', 'MASTER_FINGER_MISMATCH'] as const)(
    '%s is tried again',
    (code) => {
      expect(pauses(setbacks(), code, 2)).toEqual([10, 10])
    },
  )
})
