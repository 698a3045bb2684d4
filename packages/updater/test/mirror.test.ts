// SPDX-License-Identifier: Apache-2.0
// What happens to a minion whose mirror is behind, half copied, or of another application; and to one that was off for long.
import { copyFileSync, cpSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { FrozenApp, LocalDirectory } from '@halite/updater'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { filesOf, nameOf, zipRelease } from './support/releases.ts'
import { SignedApp } from './support/signed-app.ts'

let signed: SignedApp

beforeEach(async () => {
  signed = await SignedApp.open()
})
afterEach(() => signed.close())

describe('a minion that was off', () => {
  test.each(['root', 'targets', 'snapshot', 'timestamp'] as const)(
    'while the key of %s was replaced twice, and all of root',
    async (role) => {
      expect(await signed.app().findUpdate()).toBe('1.1')
      for (let round = 0; round < 2; round += 1) await signed.repository.rotateKey(role)
      for (let round = 0; round < 3; round += 1) await signed.repository.rotateKey('root')
      await signed.release('1.2')
      expect(await signed.app().autoUpdate()).toBe('1.2')
    },
  )

  test('until the release that it was about to fetch was withdrawn', async () => {
    const app = signed.app()
    expect(await app.findUpdate()).toBe('1.1')
    await signed.repository.withdraw(nameOf('1.1'))
    await signed.publish()
    await expect(signed.app().installVersion('1.1')).rejects.toThrow(/has no app-1.1/)
    expect(signed.app().version).toBe('1.0')
  })
})

describe('a mirror', () => {
  test.each([
    /\d+\.snapshot\.json$/,
    /\d+\.targets\.json$/,
    /\.releases\.json$/,
    new RegExp(`\\.${nameOf('1.2')}\\.json$`),
  ])('that was copied in the wrong order, without %s, is refused until it is whole', async (missing) => {
    cpSync(signed.directory, join(signed.work, 'old'), { recursive: true })
    await signed.release('1.2')
    const whole = signed.mirror
    signed.mirror = join(signed.work, 'half')
    cpSync(whole, signed.mirror, {
      recursive: true,
      filter: (path) => !missing.test(path) || existsSync(path.replace(whole, join(signed.work, 'old'))),
    })
    await signed.refuses(/answered 404/)
    signed.mirror = whole
    expect(await signed.app().autoUpdate()).toBe('1.2')
  })

  test('that is behind another one that was seen before is refused, and says so', async () => {
    cpSync(signed.directory, join(signed.work, 'old'), { recursive: true })
    await signed.release('1.2')
    expect(await signed.app().findUpdate()).toBe('1.2')
    signed.mirror = join(signed.work, 'old')
    await signed.refuses(/timestamp version \d+ is less than current version \d+/)
  })

  test('whose timestamp expires between two updates is refused, also for what it brought before', async () => {
    expect(await signed.app().findUpdate()).toBe('1.1')
    signed.now = new Date(Date.now() - 8 * 86_400_000)
    await signed.repository.publish()
    await expect(signed.app().installVersion('1.1')).rejects.toThrow(/timestamp.json is expired/)
    await signed.refuses(/timestamp.json is expired/)
  })

  test('of another application, signed by the same keys, brings nothing', async () => {
    await signed.repository.withdraw(nameOf('1.1'))
    const name = nameOf('6.6').replace(/^app/, 'other')
    const zip = await zipRelease(join(signed.work, 'zips'), { version: '6.6' }, (all) =>
      all.map((one) => ({
        path: one.path.replace(nameOf('6.6'), name),
        text: one.path.endsWith('MANIFEST.json')
          ? one.text.replace('"app":"app"', '"app":"other"')
          : one.text,
      })),
    )
    const renamed = join(signed.work, 'zips', `${name}.zip`)
    copyFileSync(zip, renamed)
    await signed.repository.add(renamed)
    await signed.publish()
    expect(await signed.app().findUpdate()).toBeUndefined()
    await expect(signed.app().installVersion('6.6')).rejects.toThrow(/has no app-6.6/)
  })

  test('whose release has the manifest of another application is refused, by its publisher too', async () => {
    const manifest = filesOf({ version: '1.2' }).at(-1)?.text ?? ''
    await zipRelease(join(signed.work, 'zips'), { version: '1.2' }, (all) =>
      all.map((one) =>
        one.path.endsWith('MANIFEST.json')
          ? { ...one, text: manifest.replace('"app":"app"', '"app":"other"') }
          : one,
      ),
    )
    const zip = join(signed.work, 'zips', `${nameOf('1.2')}.zip`)
    const why = /its manifest is that of other-1.2/
    await expect(signed.repository.add(zip)).rejects.toThrow(why)
    const app = new FrozenApp({ root: signed.root, finder: new LocalDirectory(join(signed.work, 'zips')) })
    await expect(app.installVersion('1.2')).rejects.toThrow(why)
    expect(app.version).toBe('1.0')
  })
})
