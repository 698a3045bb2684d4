// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadIdentity, parseMinionId, silentLog } from '@halite/core'
import {
  createContext,
  type DaemonContext,
  keywordMap,
  Registry,
  type RunningJob,
  runFunction,
} from '@halite/loader'
import { describe, expect, test } from 'vitest'
import { manifest } from '../../../src/index.ts'

const own = '20260101120000000009'

function running(jid: string, fun: string): RunningJob {
  return { jid, fun, arg: [], tgt: '*', tgt_type: 'glob', ret: '', user: 'root', pid: 100 }
}

const sleeping = running('20260101120000000001', 'test.sleep')
const applying = running('20260101120000000002', 'state.apply')

class FakeDaemon implements DaemonContext {
  readonly asked: string[] = []
  gives: boolean | Promise<boolean> = true

  async runningJobs() {
    return [sleeping, applying, running(own, 'saltutil.running')]
  }

  async signalJob(jid: string, signal: NodeJS.Signals) {
    this.asked.push(`${signal} ${jid}`)
    return jid === sleeping.jid ? `Signal sent` : ''
  }

  async refreshGrains() {
    this.asked.push('refresh')
  }

  async refreshStaticGrains() {
    this.asked.push('static grains')
  }

  async refreshPillar() {
    this.asked.push('pillar')
    return this.gives
  }

  async restart() {
    return false
  }
  async refreshModules() {
    this.asked.push('modules')
  }
}

function call(fun: string, arg: readonly unknown[] = [], daemon?: DaemonContext, options = {}) {
  const registry = new Registry(manifest)
  const context = createContext({
    registry,
    id: parseMinionId('m1'),
    options,
    grains: {},
    pillar: {},
    log: silentLog,
    job: { jid: own, user: 'root', tgt: '*', tgtType: 'glob', fun, arg, ret: '' },
    ...(daemon === undefined ? {} : { daemon }),
  })
  return runFunction(registry, context, { fun, arg })
}

describe('with a daemon', () => {
  test('running leaves out the job that asks', async () => {
    expect((await call('saltutil.running', [], new FakeDaemon())).return).toEqual([sleeping, applying])
  })

  test('is_running goes by function or glob', async () => {
    expect((await call('saltutil.is_running', ['test.sleep'], new FakeDaemon())).return).toEqual([sleeping])
    expect((await call('saltutil.is_running', ['state.*'], new FakeDaemon())).return).toEqual([applying])
    expect((await call('saltutil.is_running', ['state'], new FakeDaemon())).return).toEqual([])
  })

  test('find_job gives the job or an empty map', async () => {
    expect((await call('saltutil.find_job', [applying.jid], new FakeDaemon())).return).toEqual(applying)
    expect((await call('saltutil.find_job', ['20260101120000000003'], new FakeDaemon())).return).toEqual({})
  })

  test.each([
    ['saltutil.term_job', [], 'SIGTERM'],
    ['saltutil.kill_job', [], 'SIGKILL'],
    ['saltutil.signal_job', [15], 'SIGTERM'],
    ['saltutil.signal_job', ['hup'], 'SIGHUP'],
    ['saltutil.signal_job', ['SIGINT'], 'SIGINT'],
  ])('%s %o sends %s', async (fun, more, signal) => {
    const daemon = new FakeDaemon()
    expect((await call(fun, [sleeping.jid, ...more], daemon)).return).toBe('Signal sent')
    expect(daemon.asked).toEqual([`${signal} ${sleeping.jid}`])
  })

  test('a jid that does not run gives an empty text', async () => {
    expect((await call('saltutil.kill_job', ['20260101120000000003'], new FakeDaemon())).return).toBe('')
  })

  test('an unknown signal is refused before anything is sent', async () => {
    const daemon = new FakeDaemon()
    expect((await call('saltutil.signal_job', [sleeping.jid, 'WINK'], daemon)).return).toBe(
      "ERROR executing 'saltutil.signal_job': signal 'WINK' does not exist here",
    )
    expect(daemon.asked).toEqual([])
  })

  test('refresh_grains asks the daemon', async () => {
    const daemon = new FakeDaemon()
    expect((await call('saltutil.refresh_grains', [], daemon)).return).toBe(true)
    expect(daemon.asked).toEqual(['refresh', 'pillar'])
  })

  test('refresh_grains leaves the pillar alone when told so', async () => {
    const daemon = new FakeDaemon()
    await call('saltutil.refresh_grains', [false], daemon)
    expect(daemon.asked).toEqual(['refresh'])
  })

  test.each(['saltutil.refresh_pillar', 'saltutil.pillar_refresh'])(
    '%s says whether one came',
    async (fun) => {
      const daemon = new FakeDaemon()
      expect((await call(fun, [], daemon)).return).toBe(true)
      daemon.gives = false
      expect((await call(fun, [], daemon)).return).toBe(false)
      daemon.gives = new Promise(() => undefined)
      expect((await call(fun, [keywordMap({ timeout: 0.05 })], daemon)).return).toBe(false)
    },
  )

  test('refresh_modules asks the daemon', async () => {
    const daemon = new FakeDaemon()
    expect((await call('saltutil.refresh_modules', [keywordMap({ async: false })], daemon)).return).toBe(true)
    expect(daemon.asked).toEqual(['modules'])
  })

  test.each([
    ['saltutil.term_all_jobs', 'SIGTERM'],
    ['saltutil.kill_all_jobs', 'SIGKILL'],
  ])('%s leaves out the job that asks', async (fun, signal) => {
    const daemon = new FakeDaemon()
    expect((await call(fun, [], daemon)).return).toEqual(['Signal sent', ''])
    expect(daemon.asked).toEqual([`${signal} ${sleeping.jid}`, `${signal} ${applying.jid}`])
  })
})

test.each([
  ['saltutil.running', [], []],
  ['saltutil.is_running', ['*'], []],
  ['saltutil.find_job', [sleeping.jid], {}],
  ['saltutil.kill_job', [sleeping.jid], ''],
  ['saltutil.refresh_grains', [], false],
  ['saltutil.refresh_pillar', [], false],
  ['saltutil.refresh_modules', [], false],
  ['saltutil.kill_all_jobs', [], []],
  ['saltutil.revoke_auth', [], false],
])('without a daemon %s gives its empty answer', async (fun, arg, expected) => {
  expect(await call(fun, arg)).toMatchObject({ return: expected, retcode: 0 })
})

describe('keys', () => {
  test('regen_keys makes a new identity, and leaves what is not ours', async () => {
    const pki_dir = mkdtempSync(join(tmpdir(), 'halite-keys-'))
    try {
      const before = loadIdentity(join(pki_dir, 'minion_ed25519')).fingerprint
      for (const name of [
        'minion_master_ed25519.pub',
        'minion_master_ed25519.1.pub',
        'minion_master_ed25519.salt2.example.org_4506.pub',
        'minion.pem',
        'minion.pub',
      ])
        writeFileSync(join(pki_dir, name), 'x')
      expect((await call('saltutil.regen_keys', [], undefined, { pki_dir })).return).toBe(null)
      expect(readdirSync(pki_dir).sort()).toEqual([
        'minion.pem',
        'minion.pub',
        'minion_ed25519.pem',
        'minion_ed25519.pub',
      ])
      expect(loadIdentity(join(pki_dir, 'minion_ed25519')).fingerprint).not.toBe(before)
    } finally {
      rmSync(pki_dir, { recursive: true, force: true })
    }
  })
})
