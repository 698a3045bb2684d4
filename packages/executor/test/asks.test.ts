// SPDX-License-Identifier: Apache-2.0

import { SaltError } from '@halite/core'
import { describe, expect, test } from 'vitest'
import { Asker, answerAsk } from '../src/asks.ts'
import type { AskMessage } from '../src/messages.ts'
import { askedMinion, type DaemonCalls, minionAsks } from '../src/minion-asks.ts'

function calls(asked: unknown[] = []): DaemonCalls {
  const note =
    <T>(name: string, answer: T) =>
    async (...args: unknown[]): Promise<T> => {
      asked.push([name, ...args])
      return answer
    }
  return {
    runningJobs: note('runningJobs', []),
    signalJob: note('signalJob', 'Signal sent'),
    refreshGrains: note('refreshGrains', undefined),
    refreshStaticGrains: note('refreshStaticGrains', undefined),
    refreshPillar: note('refreshPillar', true),
    refreshModules: note('refreshModules', undefined),
    fireEvent: note('fireEvent', true),
    revokeAuth: note('revokeAuth', false),
    compilePillar: note('compilePillar', { role: 'web' }),
  }
}

/** An executor's side and a daemon's, joined by what may cross a process. */
function joined(daemon: DaemonCalls): DaemonCalls {
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
    expect(await far.runningJobs()).toEqual([])
    expect(await far.signalJob('20260101120000000001', 'SIGTERM')).toBe('Signal sent')
    expect(await far.refreshGrains()).toBe(undefined)
    expect(await far.refreshStaticGrains()).toBe(undefined)
    expect(await far.refreshPillar()).toBe(true)
    expect(await far.refreshModules()).toBe(undefined)
    expect(await far.fireEvent('tag', { a: 1n }, 5000)).toBe(true)
    expect(await far.revokeAuth(true)).toBe(false)
    expect(await far.compilePillar()).toEqual({ role: 'web' })
    expect(await far.compilePillar('dev')).toEqual({ role: 'web' })
    expect(asked).toEqual([
      ['runningJobs'],
      ['signalJob', '20260101120000000001', 'SIGTERM'],
      ['refreshGrains'],
      ['refreshStaticGrains'],
      ['refreshPillar'],
      ['refreshModules'],
      ['fireEvent', 'tag', { a: 1n }, 5000],
      ['revokeAuth', true],
      ['compilePillar', undefined],
      ['compilePillar', 'dev'],
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
    await expect(far.fireEvent('tag', () => undefined, 1)).rejects.toThrow()
  })
})

describe('what a module may forge is refused', () => {
  const ask = (name: string, ...args: unknown[]) =>
    answerAsk(minionAsks(calls()), { type: 'ask', seq: 7, name, args })

  test.each([
    ['a name that is none', 'close', []],
    ['a name of every object', 'constructor', []],
    ['a signal that does not exist', 'signalJob', ['20260101120000000001', 'WINK']],
    ['a jid that is no text', 'signalJob', [{}, 'SIGTERM']],
    ['a tag that is no text', 'fireEvent', [5, {}, 1]],
    ['a time that is none', 'fireEvent', ['t', {}, -1]],
    ['an environment that is no text', 'compilePillar', [5]],
  ])('%s', async (_what, name, args) => {
    expect(await ask(name, ...args)).toEqual({
      type: 'answer',
      seq: 7,
      error: expect.objectContaining({ message: expect.any(String) }),
    })
  })
})
