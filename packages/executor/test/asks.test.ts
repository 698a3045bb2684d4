// SPDX-License-Identifier: Apache-2.0

import { parseMinionId, SaltError, schema, silentLog } from '@halite/core'
import { asked, contextMaker, type DaemonServices, noFiles, Registry, services } from '@halite/loader'
import { describe, expect, test } from 'vitest'
import { Asker, answerAsk } from '../src/asks.ts'
import type { AskMessage } from '../src/messages.ts'
import { askedMinion, askedServices, asksOf, minionAsks } from '../src/minion-asks.ts'

function calls(asked: unknown[] = []): DaemonServices {
  const note =
    <T>(name: string, answer: T) =>
    async (...args: unknown[]): Promise<T> => {
      asked.push([name, ...args])
      return answer
    }
  return {
    daemon: {
      runningJobs: note('runningJobs', []),
      signalJob: note('signalJob', 'Signal sent'),
      refreshGrains: note('refreshGrains', undefined),
      refreshStaticGrains: note('refreshStaticGrains', undefined),
      refreshPillar: note('refreshPillar', true),
      refreshModules: note('refreshModules', undefined),
      restart: note('restart', false),
    },
    masters: { fireEvent: note('fireEvent', true), revokeAuth: note('revokeAuth', false) },
    files: {
      ...noFiles,
      cacheFile: note('cacheFile', undefined),
      listFiles: note('listFiles', ['a.sls']),
      hashFile: note('hashFile', undefined),
    },
    mine: {
      get: note('mine.get', {}),
      put: note('mine.put', true),
      delete: note('mine.delete', true),
      flush: note('mine.flush', true),
    },
    freshGrains: async () => ({ os: 'Debian' }),
    compilePillar: note('compilePillar', { role: 'web' }),
    masterTops: note('masterTops', { base: ['web'] }),
    winrepo: { updateGitRepos: note('winrepo.updateGitRepos', { url: 'directory' }) },
  }
}

/** An executor's side and a daemon's, joined by what may cross a process. */
function joined(daemon: DaemonServices): DaemonServices {
  const table = minionAsks(daemon)
  const asker: Asker = new Asker((message) => {
    void answerAsk(table, structuredClone(message)).then((answer) => asker.receive(structuredClone(answer)))
  })
  return askedMinion(asker)
}

describe('a job asks its daemon', () => {
  test('everything there is, with arguments and answers', async () => {
    const asked: unknown[] = []
    const far = joined(calls(asked))
    expect(await far.daemon.runningJobs()).toEqual([])
    expect(await far.daemon.signalJob('20260101120000000001', 'SIGTERM')).toBe('Signal sent')
    expect(await far.daemon.refreshGrains()).toBe(undefined)
    expect(await far.daemon.refreshStaticGrains()).toBe(undefined)
    expect(await far.daemon.refreshPillar()).toBe(true)
    expect(await far.daemon.refreshModules()).toBe(undefined)
    expect(await far.masters.fireEvent('tag', { a: 1n }, 5000)).toBe(true)
    expect(await far.masters.revokeAuth(true)).toBe(false)
    expect(await far.mine.get('*', ['a'], 'glob')).toEqual({})
    expect(await far.mine.put([{ name: 'a', data: 1n, allow_tgt: 'web*' }], true)).toBe(true)
    expect(await far.mine.delete('a')).toBe(true)
    expect(await far.mine.flush()).toBe(true)
    expect(await far.freshGrains()).toEqual({ os: 'Debian' })
    expect(await far.compilePillar()).toEqual({ role: 'web' })
    expect(await far.compilePillar('dev', { saltenv: 'dev', override: { a: 1 } })).toEqual({ role: 'web' })
    expect(await far.masterTops()).toEqual({ base: ['web'] })
    expect(await far.files.cacheFile('salt://a', { saltenv: 'dev' })).toBe(undefined)
    expect(await far.files.listFiles('')).toEqual(['a.sls'])
    expect(await far.files.hashFile('salt://a')).toBe(undefined)
    expect(asked).toEqual([
      ['runningJobs'],
      ['signalJob', '20260101120000000001', 'SIGTERM'],
      ['refreshGrains'],
      ['refreshStaticGrains'],
      ['refreshPillar', undefined],
      ['refreshModules'],
      ['fireEvent', 'tag', { a: 1n }, 5000],
      ['revokeAuth', true],
      ['mine.get', '*', ['a'], 'glob'],
      ['mine.put', [{ name: 'a', data: 1n, allow_tgt: 'web*' }], true],
      ['mine.delete', 'a'],
      ['mine.flush'],
      ['compilePillar', undefined, undefined],
      ['compilePillar', 'dev', { saltenv: 'dev', override: { a: 1 } }],
      ['masterTops'],
      ['cacheFile', 'salt://a', { saltenv: 'dev' }],
      ['listFiles', '', undefined],
      ['hashFile', 'salt://a', undefined],
    ])
  })

  test('answers find their asks in any order', async () => {
    const waiting: AskMessage[] = []
    const asker = new Asker((message) => waiting.push(message))
    const [first, second] = [asker.ask('refreshPillar'), asker.ask('revokeAuth', false)]
    for (const { seq, name } of waiting.reverse()) asker.receive({ type: 'answer', seq, value: name })
    expect(await Promise.all([first, second])).toEqual(['refreshPillar', 'revokeAuth'])
  })

  test('what fails there fails here, with its reason', async () => {
    const failing = { ...calls(), compilePillar: () => Promise.reject(new Error('no session')) }
    await expect(joined(failing).compilePillar()).rejects.toThrow('no session')
  })

  test('an error of the catalogue keeps its code', async () => {
    const error = new SaltError('SESSION_LOST', 'no session', { hint: 'Wait.' })
    const failing = { ...calls(), compilePillar: () => Promise.reject(error) }
    await expect(joined(failing).compilePillar()).rejects.toMatchObject({
      code: 'SESSION_LOST',
      hint: 'Wait.',
    })
  })

  test('what cannot cross fails at once', async () => {
    const far = askedMinion(new Asker((message) => void structuredClone(message)))
    await expect(far.masters.fireEvent('tag', () => undefined, 1)).rejects.toThrow()
  })
})

describe('what a module may forge is refused', () => {
  const ask = (name: string, ...args: unknown[]) =>
    answerAsk(minionAsks(calls()), { type: 'ask', seq: 7, name, args })

  test.each([
    ['an unknown name', 'daemon.close', []],
    ['a name of every object', 'constructor', []],
    ['a signal that does not exist', 'daemon.signalJob', ['20260101120000000001', 'WINK']],
    ['a jid that is no text', 'daemon.signalJob', [{}, 'SIGTERM']],
    ['a tag that is no text', 'masters.fireEvent', [5, {}, 1]],
    ['an invalid time', 'masters.fireEvent', ['t', {}, -1]],
    ['an environment that is no text', 'compilePillar', [5]],
    ['a URL that is no text', 'files.cacheFile', [['salt://a']]],
    ['a query with a field of its own', 'files.hashFile', ['salt://a', { path: '/etc' }]],
    ['a service without its function', 'daemon', []],
  ])('%s', async (_what, name, args) => {
    expect(await ask(name, ...args)).toEqual({
      type: 'answer',
      seq: 7,
      error: expect.objectContaining({ message: expect.any(String) }),
    })
  })
})

/** What a newcomer writes: the type of the service and its row. */
interface Weather {
  forecast(place: string): Promise<string | undefined>
}

describe('a service is added by its row alone', () => {
  const table = { ...services, weather: asked<Weather | undefined>({ forecast: [schema.text(20)] }) }
  const given = { ...calls(), weather: { forecast: async (place: string) => `rain in ${place}` } }
  const facts = {
    registry: new Registry({}),
    id: parseMinionId('m1'),
    options: {},
    grains: {},
    pillar: {},
    log: silentLog,
  }
  const makeContext = contextMaker(table)

  test('a job in an executor asks its daemon for it', async () => {
    const asks = asksOf(table, given)
    const asker: Asker = new Asker((message) => {
      void answerAsk(asks, structuredClone(message)).then((answer) => asker.receive(structuredClone(answer)))
    })
    const ctx = makeContext({ ...facts, ...askedServices(table, asker) })
    expect(await ctx.weather?.forecast('Rome')).toBe('rain in Rome')
    await expect(ctx.weather?.forecast('x'.repeat(21))).rejects.toThrow('text of at most 20 characters')
  })

  test('a job in the daemon, or of a case file, is handed it', async () => {
    expect(await makeContext({ ...facts, ...given }).weather?.forecast('Rome')).toBe('rain in Rome')
  })

  test('without a daemon it is absent, or what the row says', async () => {
    expect(makeContext(facts).weather).toBe(undefined)
    const offline = { forecast: async () => 'unknown' }
    const withDefault = {
      ...services,
      weather: asked<Weather>({ forecast: [schema.text(20)] }, () => offline),
    }
    expect(await contextMaker(withDefault)(facts).weather.forecast('Rome')).toBe('unknown')
  })
})
