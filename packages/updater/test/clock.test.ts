// SPDX-License-Identifier: Apache-2.0
/** Clocks of machines jump: when a battery is empty, when the network sets them, when somebody mistypes a year. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beginTrial, confirm, Layout, readTrial, readVerdict } from '@halite/updater'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { watchDeadline } from '../src/watch.ts'
import { nameOf, placeRelease } from './support/releases.ts'
import { SignedApp } from './support/signed-app.ts'

const dayMs = 86_400_000
const [old, next] = [nameOf('1.0'), nameOf('1.1')] as [string, string]

let root: string

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'halite-clock-'))
  placeRelease(root, { version: '1.0' })
  writeFileSync(join(root, 'current'), `${old}\n`)
})

afterEach(() => {
  vi.useRealTimers()
  rmSync(root, { recursive: true })
})

/** Sets the clock that people see; what measures time goes on. */
function setClock(byMs: number): void {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + byMs })
}

describe('while a version is on trial', () => {
  beforeEach(() => {
    placeRelease(root, { version: '1.1' })
    const trial = { version: next, judge: old, maxAttempts: 3, deadlineMs: 1500, note: null }
    beginTrial(new Layout(root), { ...trial, needs: 'master' })
  })

  test.each([365 * dayMs, -dayMs])(
    'a clock that jumps by %i ms makes its time neither shorter nor longer',
    async (byMs) => {
      const layout = new Layout(root)
      const beganMs = performance.now()
      const watched = watchDeadline(layout)
      await new Promise((resolve) => setTimeout(resolve, 300))
      setClock(byMs)
      expect(await watched).toBe(true)
      expect(performance.now() - beganMs).toBeGreaterThanOrEqual(1500)
      expect(performance.now() - beganMs).toBeLessThan(20_000)
      expect(readVerdict(layout)?.outcome).toBe('rolled back')
    },
  )

  test.each([365 * dayMs, -dayMs])('after a jump of %i ms it is confirmed as ever', (byMs) => {
    setClock(byMs)
    const layout = new Layout(root)
    expect(readTrial(layout)?.version).toBe(next)
    expect(confirm(layout, next, 'test')).toBe(true)
    expect(readVerdict(layout)).toMatchObject({ outcome: 'confirmed' })
  })
})

describe('of a signed repository', () => {
  let signed: SignedApp

  beforeEach(async () => {
    signed = await SignedApp.open({ rootKeys: 1 })
  })
  afterEach(() => signed.close())

  test('a year ahead nothing is believed, and the error says what time it is here', async () => {
    setClock(2 * 365 * dayMs)
    const year = new Date().getUTCFullYear()
    await expect(signed.app().autoUpdate()).rejects.toThrow(new RegExp(`is expired; it is ${year}-`))
    await expect(signed.app().autoUpdate()).rejects.toMatchObject({
      hint: expect.stringContaining('set the clock'),
    })
    expect(signed.app().version).toBe('1.0')
    vi.useRealTimers()
    expect(await signed.app().autoUpdate()).toBe('1.1')
  })

  test('a day behind, metadata of tomorrow are good, and what was seen is still no way back', async () => {
    expect(await signed.app().findUpdate()).toBe('1.1')
    const before = readFileSync(join(signed.directory, 'metadata/timestamp.json'))
    await signed.release('1.2')
    setClock(-dayMs)
    expect(await signed.app().findUpdate()).toBe('1.2')
    writeFileSync(join(signed.directory, 'metadata/timestamp.json'), before)
    await expect(signed.app().findUpdate()).rejects.toThrow(
      /timestamp version \d+ is less than current version \d+/,
    )
  })
})
