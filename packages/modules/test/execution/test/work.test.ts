// SPDX-License-Identifier: Apache-2.0
import { parseMinionId, silentLog, version } from '@halite/core'
import { createContext, Registry, runFunction } from '@halite/loader'
import { expect, test } from 'vitest'
import { manifest } from '../../../src/index.ts'

function run(fun: string, arg: readonly unknown[] = [], signal?: AbortSignal) {
  const registry = new Registry(manifest)
  const context = createContext({
    registry,
    id: parseMinionId('m1'),
    options: {},
    grains: { os: 'Debian', osrelease: '12' },
    pillar: {},
    log: silentLog,
    ...(signal === undefined ? {} : { signal }),
  })
  return runFunction(registry, context, { fun, arg })
}

test.each([
  [0, 0],
  [1, 1],
  [3, 2],
  [78, 8944394323791464],
  [93, 12200160415121876738n],
  [94, '19740274219868223167'],
])('test.fib %i', async (num, expected) => {
  expect((await run('test.fib', [num])).return).toEqual([expected, expect.any(Number)])
})

test.each([
  [1, []],
  [3, [3, 10, 5, 16, 8, 4, 2]],
])('test.collatz %i', async (start, expected) => {
  expect((await run('test.collatz', [start])).return).toEqual([expected, expect.any(Number)])
})

test('test.sleep ends when the job is killed', async () => {
  const controller = new AbortController()
  const sleeping = run('test.sleep', [60], controller.signal)
  controller.abort()
  expect(await sleeping).toMatchObject({ retcode: 1, success: false })
})

test('versions are those of this release and of Node', async () => {
  expect((await run('test.version')).return).toBe(version)
  expect((await run('test.versions_information')).return).toMatchObject({
    'Salt Version': { Salt: version },
    'Dependency Versions': { Node: process.versions.node },
    'System Versions': { dist: 'Debian 12' },
  })
})

test('the report of versions sets names flush to their colons', async () => {
  const report = (await run('test.versions_report')).return
  expect(report).toMatch(new RegExp(`^Salt Version:\n +Salt: ${version}\n\nDependency Versions:\n`))
  const colons = String(report)
    .split('\n')
    .filter((line) => line.startsWith(' '))
    .map((line) => line.indexOf(':'))
  expect(new Set(colons).size).toBe(1)
  expect((await run('test.versions')).return).toBe(report)
})
