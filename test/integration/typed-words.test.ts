// SPDX-License-Identifier: Apache-2.0
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type ProcessCluster, startProcesses } from '@halite/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

let cluster: ProcessCluster

beforeAll(async () => {
  cluster = await startProcesses({ minions: ['m1'], start: false })
})
afterAll(() => cluster.close())

async function call(...words: string[]): Promise<unknown> {
  const { stdout, stderr } = await cluster.run(
    'salt-call',
    '--local',
    '-c',
    cluster.configDir('m1'),
    '--out=json',
    ...words,
  )
  expect(stderr).toBe('')
  return (JSON.parse(stdout) as { local: unknown }).local
}

/** What people type, what Salt 3007.10 makes of it, and what a state that wants text gets. */
const words: readonly (readonly [string, unknown, string])[] = [
  ['16:34', 994, '16:34'],
  ['1e5', '1e5', '1e5'],
  ['0x10', 16, '0x10'],
  ['01', 1, '01'],
  ['1_000', '1_000', '1_000'],
  ['5.10', 5.1, '5.10'],
  ['3006.10', 3006.1, '3006.10'],
  ['yes', true, 'yes'],
  ['off', false, 'off'],
  ['null', null, 'null'],
  ['2024-01-01', '2024-01-01', '2024-01-01'],
  ["'16:34'", '16:34', '16:34'],
  ['"yes"', 'yes', 'yes'],
  ['a: b', 'a: b', 'a: b'],
  ['#x', '#x', '#x'],
  ['', '', ''],
]

test('a function that declares nothing gets each word as Salt reads it', async () => {
  const positional = (await call('test.arg', ...words.map(([word]) => word))) as { args: unknown[] }
  expect(positional.args).toEqual(words.map(([, value]) => value))
  const keywords = words.map(([word], index) => `k${index}=${word}`)
  const { kwargs } = (await call('test.arg', ...keywords)) as { kwargs: Record<string, unknown> }
  expect(words.map((_, index) => kwargs[`k${index}`])).toEqual(words.map(([, value]) => value))
})

describe('a state that a call names', () => {
  test.each(words)('writes contents=%s as it was typed', async (word, _value, text) => {
    const path = join(cluster.directory, 'typed')
    await call('state.single', 'file.managed', `name=${path}`, `contents=${word}`)
    expect(readFileSync(path, 'utf8')).toBe(text === '' ? '' : `${text}\n`)
  })

  test.each([
    ['[a, b]', 'a\nb\n'],
    ['None', ''],
  ])('takes contents=%s for what it means', async (word, text) => {
    const path = join(cluster.directory, 'meant')
    rmSync(path, { force: true })
    await call('state.single', 'file.managed', `name=${path}`, `contents=${word}`)
    expect(readFileSync(path, 'utf8')).toBe(text)
  })

  test('has the name that was typed, and numbers and truth where it wants them', async () => {
    const typed = await call('state.single', 'test.nop', '5.10')
    expect(Object.keys(typed as object)).toEqual(['test_|-5.10_|-5.10_|-nop'])
    const path = join(cluster.directory, 'mode')
    const ret = (await call(
      'state.single',
      'file.managed',
      path,
      'contents=x',
      'mode=0640',
      'replace=no',
    )) as object
    expect(Object.values(ret)).toEqual([expect.objectContaining({ result: true })])
  })
})
