// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isAlive } from '@halite/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { callCmd, kw } from './call.ts'

let directory = ''

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'cmd-'))
})

afterEach(() => rm(directory, { recursive: true }))

/** A command whose shell starts two sleepers, one in a session of its own, and writes their pids to files. */
const sleepers =
  "sleep 60 & echo $! > one; setsid sh -c 'echo $$ > two.new; mv two.new two; exec sleep 60' & wait"

async function pids(): Promise<number[]> {
  const read = (name: string) => readFile(join(directory, name), 'utf8').catch(() => '')
  await expect.poll(() => read('two'), { timeout: 5000 }).not.toBe('')
  return [Number(await read('one')), Number(await read('two'))]
}

async function expectDead(all: readonly number[]): Promise<void> {
  await expect.poll(() => all.filter(isAlive), { timeout: 5000 }).toEqual([])
}

describe('a timeout', () => {
  test('ends the command with the text Salt has', async () => {
    const result = await callCmd('run', ['sleep 60', kw({ timeout: 1 })])
    expect(result).toMatchObject({ return: 'sleep 60 : Timed out after 1 seconds', retcode: 1 })
    const words = await callCmd('run_all', ['sleep 60', kw({ timeout: 0.2, python_shell: false })])
    expect(words.return).toMatchObject({
      retcode: 1,
      stdout: "['sleep', '60'] : Timed out after 0.2 seconds",
      stderr: '',
    })
  })

  test('ends all that the command started', async () => {
    const running = callCmd('run', [sleepers, directory, kw({ timeout: 2 })])
    const started = await pids()
    expect(started.filter(isAlive)).toEqual(started)
    expect(await running).toMatchObject({ retcode: 1 })
    await expectDead(started)
  })
})

test('killing the job ends all that the command started', async () => {
  const killer = new AbortController()
  const running = callCmd('run', [sleepers, directory], { signal: killer.signal })
  const started = await pids()
  killer.abort()
  expect(await running).toMatchObject({ return: 'ERROR: The command was killed with its job', retcode: 1 })
  await expectDead(started)
})
