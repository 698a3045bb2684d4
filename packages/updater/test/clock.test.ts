// SPDX-License-Identifier: Apache-2.0
/** Clocks of machines jump: when a battery is empty, when the network sets them, when somebody mistypes a year. */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import type { Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  beginTrial,
  confirm,
  FrozenApp,
  KeyDirectory,
  Layout,
  Repository,
  readTrial,
  readVerdict,
  SignedRepository,
} from '@halite/updater'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { watchDeadline } from '../src/watch.ts'
import { nameOf, placeRelease, serve, zipRelease } from './support/releases.ts'

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
  let repository: Repository
  let served: { url: string; server: Server }

  beforeEach(async () => {
    repository = new Repository({ directory: join(root, 'repo'), keys: new KeyDirectory(join(root, 'keys')) })
    await repository.init({ rootKeys: 1, threshold: 1 })
    await release('1.1')
    mkdirSync(join(root, 'trust'))
    copyFileSync(join(root, 'repo/metadata/1.root.json'), join(root, 'trust/root.json'))
    served = await serve((path, response) => {
      const file = join(root, 'repo', path)
      if (existsSync(file)) response.end(readFileSync(file))
      else response.writeHead(404).end()
    })
  })

  afterEach(() => {
    served.server.closeAllConnections()
    served.server.close()
  })

  async function release(version: string): Promise<void> {
    await repository.add(await zipRelease(join(root, 'zips'), { version }))
    await repository.sign()
    await repository.publish()
  }

  function app(): FrozenApp {
    const trust = { root: join(root, 'trust/root.json'), directory: join(root, 'trust/metadata') }
    return new FrozenApp({ root, finder: new SignedRepository({ url: served.url, trust }) })
  }

  test('a year ahead nothing is believed, and the error says what time it is here', async () => {
    setClock(2 * 365 * dayMs)
    const year = new Date().getUTCFullYear()
    await expect(app().autoUpdate()).rejects.toThrow(new RegExp(`is expired; it is ${year}-`))
    await expect(app().autoUpdate()).rejects.toMatchObject({ hint: expect.stringContaining('set the clock') })
    expect(app().version).toBe('1.0')
    vi.useRealTimers()
    expect(await app().autoUpdate()).toBe('1.1')
  })

  test('a day behind, metadata of tomorrow are good, and what was seen is still no way back', async () => {
    expect(await app().findUpdate()).toBe('1.1')
    const before = readFileSync(join(root, 'repo/metadata/timestamp.json'))
    await release('1.2')
    setClock(-dayMs)
    expect(await app().findUpdate()).toBe('1.2')
    writeFileSync(join(root, 'repo/metadata/timestamp.json'), before)
    await expect(app().findUpdate()).rejects.toThrow(/timestamp version \d+ is less than current version \d+/)
  })
})
