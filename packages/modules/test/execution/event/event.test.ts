// SPDX-License-Identifier: Apache-2.0
import { parseMinionId, silentLog } from '@halite/core'
import {
  createContext,
  type DaemonContext,
  keywordMap,
  type MastersContext,
  Registry,
  runFunction,
} from '@halite/loader'
import { beforeEach, describe, expect, test } from 'vitest'
import { manifest } from '../../../src/index.ts'

const registry = new Registry(manifest)
let told: unknown[]
beforeEach(() => {
  told = []
})

const masters = (answer = true): MastersContext => ({
  fireEvent: async (tag, data, timeoutMs) => {
    told.push({ tag, data, timeoutMs })
    return answer
  },
  revokeAuth: async () => false,
})

const daemon = (): DaemonContext => ({
  runningJobs: async () => [],
  signalJob: async () => '',
  refreshGrains: async () => void told.push('grains'),
  refreshStaticGrains: async () => void told.push('static grains'),
  refreshPillar: async () => told.push('pillar') > 0,
  refreshModules: async () => void told.push('modules'),
  restart: async () => false,
})

function call(
  fun: string,
  arg: readonly unknown[],
  around: { readonly masters?: MastersContext; readonly daemon?: DaemonContext } = {},
) {
  const context = createContext({
    registry,
    id: parseMinionId('m1'),
    options: { saltenv: 'dev', pillarenv: '' },
    grains: { os: 'Debian', id: 'm1' },
    pillar: { role: 'web' },
    log: silentLog,
    job: { jid: '20260101120000000009', user: 'root', tgt: '*', tgtType: 'glob', fun, arg, ret: '' },
    ...around,
  })
  return runFunction(registry, context, { fun: `event.${fun}`, arg }).then((result) => result.return)
}

describe('send', () => {
  test('sends data and keywords, with the facts of the job as Salt does', async () => {
    const arg = ['my/tag', { a: 1 }, keywordMap({ foo: 'Foo', a: 0 })]
    expect(await call('send', arg, { masters: masters() })).toBe(true)
    expect(told).toEqual([
      {
        tag: 'my/tag',
        data: expect.objectContaining({ a: 1, foo: 'Foo', __pub_fun: 'send', __pub_user: 'root' }),
        timeoutMs: 60_000,
      },
    ])
  })

  test('adds what it is told to', async () => {
    const keywords = {
      with_grains: ['os', 'nope'],
      with_pillar: true,
      with_env: ['PATH'],
      with_env_opts: true,
    }
    await call('send', ['t', keywordMap({ ...keywords, timeout: 5 })], { masters: masters() })
    expect(told).toEqual([
      {
        tag: 't',
        data: expect.objectContaining({
          grains: { os: 'Debian' },
          pillar: { role: 'web' },
          environ: { PATH: process.env['PATH'] },
          saltenv: 'dev',
          pillarenv: null,
        }),
        timeoutMs: 5000,
      },
    ])
  })

  test('tells that a master did not take it', async () => {
    expect(await call('send', ['t'], { masters: masters(false) })).toBe(false)
    expect(await call('fire_master', ['data', 't'], { masters: masters(false) })).toBe(false)
  })
})

test('fire_master sends data as it is', async () => {
  expect(await call('fire_master', ['text', 't'], { masters: masters() })).toBe(true)
  expect(told).toEqual([{ tag: 't', data: 'text', timeoutMs: 60_000 }])
})

test.each([
  ['pillar_refresh', ['pillar']],
  ['grains_refresh', ['grains']],
  ['module_refresh', ['modules']],
  ['something/else', []],
])('fire: the minion hears %s', async (tag, expected) => {
  expect(await call('fire', [{}, tag], { daemon: daemon() })).toBe(true)
  expect(told).toEqual(expected)
})

test('without a master and a daemon nobody hears anything', async () => {
  expect(await call('send', ['t'])).toBe(false)
  expect(await call('fire_master', [{}, 't'])).toBe(false)
  expect(await call('fire', [{}, 'pillar_refresh'])).toBe(false)
})
