// SPDX-License-Identifier: Apache-2.0
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseMinionId, silentLog } from '@halite/core'
import { createContext, type DaemonContext, Registry } from '@halite/loader'
import { countAttempt, FrozenApp, Layout, readTrial } from '@halite/updater'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { nameOf, placeRelease, serve, zipRelease } from '../../../../updater/test/support/releases.ts'
import { updateIn } from '../../../src/execution/saltutil/update.ts'
import { restartCommand } from '../../../src/execution/saltutil/update-restart.ts'
import { manifest } from '../../../src/index.ts'

let root: string
let zips: string
let warnings: string[] = []
let reasons: unknown[] = []
let restarted: string[] = []

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'halite-saltutil-'))
  warnings = []
  reasons = []
  restarted = []
  zips = join(root, 'zips')
  placeRelease(root, { version: '1.0' })
  writeFileSync(join(root, 'current'), `${nameOf('1.0')}\n`)
})

afterEach(() => rmSync(root, { recursive: true }))

/** `saltutil.update` of the frozen release in `root`. */
function update(options: Readonly<Record<string, unknown>>, version?: string, allow_downgrade = false) {
  return updateIn(root, contextWith(options), { version, allow_downgrade })
}

function contextWith(options: Readonly<Record<string, unknown>>, more: object = {}) {
  const warning = (text: string, details: { readonly reason?: unknown } = {}) => {
    warnings.push(text)
    reasons.push(details.reason)
  }
  return createContext({
    registry: new Registry(manifest),
    id: parseMinionId('m1'),
    options,
    grains: {},
    pillar: {},
    log: { ...silentLog, warning },
    ...more,
  })
}

/** The same as a job of a minion that runs the jobs `running` and is restarted when a job wants it. */
function updateAs(jid: string, { version, running = [jid] }: { version?: string; running?: string[] } = {}) {
  const restart = async (job: string) => restarted.push(job) > 0
  const daemon = { runningJobs: async () => running.map((each) => ({ jid: each })), restart }
  const more = { job: { jid }, daemon: daemon as unknown as DaemonContext }
  return updateIn(root, contextWith(unsigned(), more), { version, allow_downgrade: false })
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
    expect(warnings).toContain('a service was not restarted')
  })

  test.each([
    ['linux', ['/run/systemd/system', '/etc/init.d/nginx'], ['systemctl', 'restart', 'nginx']],
    ['linux', ['/sbin/openrc-run', '/etc/init.d/nginx'], ['rc-service', 'nginx', 'restart']],
    ['linux', ['/etc/init.d/nginx'], ['/etc/init.d/nginx', 'restart']],
    ['linux', [], undefined],
    ['darwin', [], ['launchctl', 'kickstart', '-k', 'system/nginx']],
    ['sunos', [], ['svcadm', 'restart', 'nginx']],
    ['win32', [], undefined],
  ] as const)('restarts services as %s with %j does', async (platform, paths: readonly string[], argv) => {
    const fs = { exists: async (path: string) => paths.includes(path) }
    expect(await restartCommand('nginx', { platform, fs })).toEqual(argv)
  })

  test.each(['../x', '-x', 'a b', '$(x)', ''])('takes %j for no name of a service', async (name) => {
    await zipRelease(zips, { version: '1.1' })
    const result = await update({ ...unsigned(), update_restart_services: [name] })
    expect(result['restarted']).toEqual({ [name]: false })
    expect(reasons).toContain('that is not the name of a service')
  })

  test('installs an explicit version, an older one when told so', async () => {
    await zipRelease(zips, { version: '0.9' })
    expect(await update(unsigned(), '0.9')).toMatchObject({ _error: 'No updates available' })
    expect(await update(unsigned(), '0.9', true)).toMatchObject({ comment: 'Updated from 1.0 to 0.9' })
  })
})

describe('two updates of one minion', () => {
  const noteIn = () => readTrial(new Layout(root))?.note as { jid: string } | undefined

  beforeEach(async () => {
    vi.stubEnv('HALITE_LAUNCHER', join(root, 'salt-minion'))
    for (const version of ['1.1', '1.2']) await zipRelease(zips, { version })
  })
  afterEach(() => vi.unstubAllEnvs())

  test.each(['1.1', '1.2'])(
    'at once, from two masters: one begins, the other says so (%s)',
    async (version) => {
      const running = ['1', '2']
      const results = await Promise.all([
        updateAs('1', { version: '1.1', running }),
        updateAs('2', { version, running }),
      ])
      expect(results.map(({ _error }) => _error === undefined).sort()).toEqual([false, true])
      const winner = results[0]?.['_error'] === undefined ? '1' : '2'
      expect([noteIn()?.jid, restarted]).toEqual([winner, [winner]])
    },
  )

  test('while the minion waits with its restart: the first one stays what it restarts for', async () => {
    await updateAs('1', { version: '1.1' })
    const second = await updateAs('2', { version: '1.2', running: ['1', '2'] })
    expect(second['_error']).toBe('Another update is under way: version 1.1 is on trial')
    expect([noteIn()?.jid, restarted]).toEqual(['1', ['1']])
  })

  test('while the new version has started and is not confirmed: it is left to prove itself', async () => {
    await updateAs('1', { version: '1.1' })
    countAttempt(new Layout(root))
    expect((await updateAs('2', { version: '1.2' }))['_error']).toMatch(/^Another update is under way/)
    expect(readTrial(new Layout(root))?.version).toBe(nameOf('1.1'))
  })

  test('of which the first was ended before it restarted the minion: the second one takes its place', async () => {
    await updateAs('1', { version: '1.1' })
    expect(await updateAs('2', { version: '1.1', running: ['2'] })).toMatchObject({
      comment: 'Updated from 1.0 to 1.1',
    })
    expect([noteIn()?.jid, restarted]).toEqual(['2', ['1', '2']])
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

  test('the source is slower than update_fetch_timeout allows', async () => {
    const { url, server } = await serve((_path, response) => {
      const timer = setInterval(() => response.write('a'), 20)
      response.once('close', () => clearInterval(timer))
    })
    try {
      const slow = {
        update_url: url,
        update_verify: false,
        update_fetch_timeout: 0.5,
        no_proxy: [],
        ca_bundle: '',
        proxy_host: '',
      }
      expect(await update(slow)).toEqual({
        _error: 'Could not connect to update_url. Error: the release was not fetched within 0.5 s',
      })
    } finally {
      server.closeAllConnections()
      server.close()
    }
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
