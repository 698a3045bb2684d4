// SPDX-License-Identifier: Apache-2.0
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseMinionId, silentLog } from '@halite/core'
import { createContext, Registry } from '@halite/loader'
import { FrozenApp, Layout, readTrial } from '@halite/updater'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { nameOf, placeRelease, zipRelease } from '../../../../updater/test/support/releases.ts'
import { updateIn } from '../../../src/execution/saltutil/update.ts'
import { manifest } from '../../../src/index.ts'

let root: string
let zips: string
let warnings: string[] = []

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'halite-saltutil-'))
  warnings = []
  zips = join(root, 'zips')
  placeRelease(root, { version: '1.0' })
  writeFileSync(join(root, 'current'), `${nameOf('1.0')}\n`)
})

afterEach(() => rmSync(root, { recursive: true }))

/** `saltutil.update` of the frozen release in `root`. */
function update(options: Readonly<Record<string, unknown>>, version?: string, allow_downgrade = false) {
  const warning = (text: string) => void warnings.push(text)
  const ctx = createContext({
    registry: new Registry(manifest),
    id: parseMinionId('m1'),
    options,
    grains: {},
    pillar: {},
    log: { ...silentLog, warning },
  })
  return updateIn(root, ctx, { version, allow_downgrade })
}

const unsigned = () => ({ update_url: zips, update_verify: false })

describe('saltutil.update', () => {
  test('returns what it did, and leaves the new version on trial', async () => {
    await zipRelease(zips, { version: '1.1' })
    expect(await update({ ...unsigned(), update_health_timeout: 7 })).toEqual({
      comment: 'Updated from 1.0 to 1.1',
      restarted: {},
      source: `unsigned directory ${zips}`,
    })
    expect(warnings).toContainEqual(expect.stringContaining('the minion was not restarted'))
    expect(readTrial(new Layout(root))).toMatchObject({
      version: nameOf('1.1'),
      needs: 'start',
      deadlineMs: 7000,
    })
  })

  test('says which services were restarted', async () => {
    await zipRelease(zips, { version: '1.1' })
    const result = await update({ ...unsigned(), update_restart_services: ['no-such-service'] })
    expect(result['restarted']).toEqual({ 'no-such-service': false })
  })

  test('installs an explicit version, an older one when told so', async () => {
    await zipRelease(zips, { version: '0.9' })
    expect(await update(unsigned(), '0.9')).toMatchObject({ _error: 'No updates available' })
    expect(await update(unsigned(), '0.9', true)).toMatchObject({ comment: 'Updated from 1.0 to 0.9' })
  })
})

describe('Salt’s words when it cannot', () => {
  test.each([
    [{}, '"update_url" not configured on this minion'],
    [{ update_url: false }, '"update_url" not configured on this minion'],
  ])('%j', async (options, text) => {
    expect(await update(options)).toEqual({ _error: text })
  })

  test('installed by a package manager', async () => {
    writeFileSync(join(root, '.package'), 'deb\n')
    expect(await update(unsigned())).toEqual({
      _error: 'Minion is not running an Esky build',
      comment: 'This minion was installed by a package manager: update its package.',
    })
  })

  test('the source cannot be reached', async () => {
    const result = await update({ update_url: 'http://127.0.0.1:1/', update_verify: false })
    expect(result['_error']).toMatch(
      /^Could not connect to update_url\. Error: http:\/\/127\.0\.0\.1:1\/ cannot be fetched/,
    )
  })

  test('nothing is newer', async () => {
    await zipRelease(zips, { version: '1.0' })
    expect(await update(unsigned())).toEqual({ _error: 'No updates available' })
    expect(await update(unsigned(), '1.0')).toMatchObject({ _error: 'No updates available' })
  })

  test('a version cannot be fetched', async () => {
    await zipRelease(zips, { version: '1.1' }, (entries) => entries.slice(1))
    expect((await update(unsigned()))['_error']).toMatch(
      /^Unable to fetch version 1\.1\. Error: .*lacks bin\/node/,
    )
    expect((await update(unsigned(), '7.0'))['_error']).toMatch(/^Unable to fetch version 7\.0\. Error: /)
    expect((await update(unsigned(), '../x'))['_error']).toMatch(
      /^Unable to fetch version \.\.\/x\. Error: it is not/,
    )
  })

  test('a version does not start here', async () => {
    await zipRelease(zips, { version: '1.1', program: 'process.exit(3)' })
    expect((await update(unsigned()))['_error']).toMatch(
      /^Unable to install version 1\.1\. Error: .*exit code 3/,
    )
    expect(readFileSync(join(root, 'current'), 'utf8').trim()).toBe(nameOf('1.0'))
  })

  test('another update runs', async () => {
    await zipRelease(zips, { version: '1.1' })
    await new FrozenApp({ root }).locked(async () => {
      const who = /already running on .* \(pid \d+\)/
      expect((await update(unsigned()))['_error']).toMatch(/^Could not use update_url\. Error: /)
      expect((await update(unsigned()))['_error']).toMatch(who)
      expect((await update(unsigned(), '1.1'))['_error']).toMatch(/^Unable to fetch version 1\.1\. Error: /)
      expect((await update(unsigned(), '1.1'))['_error']).toMatch(who)
    })
    expect(await update(unsigned())).toMatchObject({ comment: 'Updated from 1.0 to 1.1' })
  })

  test('others may write where it runs from', async () => {
    await zipRelease(zips, { version: '1.1' })
    chmodSync(join(root, 'versions'), 0o777)
    expect((await update(unsigned(), '1.1'))['_error']).toMatch(
      /^Unable to fetch version 1\.1\. Error: .*versions is not safe: .* can be written by everybody/,
    )
  })

  test('without a trusted root, unless it is told to do without', async () => {
    const result = await update({
      update_url: 'http://127.0.0.1:1/',
      update_trust_root: join(root, 'no-such'),
    })
    expect(result['_error']).toMatch(
      /^Could not use update_url\. Error: there is no trusted root in .*no-such/,
    )
  })
})
