// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { EventClient } from '@halite/client'
import { findProgram } from '@halite/core'
import {
  type ProcessCluster,
  removeTemporaryDirectory,
  startProcesses,
  temporaryDirectory,
  toolPath,
  until,
} from '@halite/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Masterless } from './fixtures/masterless.ts'

/* A person sees each state as it ends; programs hear of it under Salt's tags. */

const sls = `
one: test.nop
two: {test.succeed_with_changes: [name: other, fire_event: true]}
three: {test.fail_without_changes: [fire_event: mine/own]}
`
const directory = temporaryDirectory('progress-')
let cluster: ProcessCluster

beforeAll(async () => {
  const roots = join(directory, 'roots')
  mkdirSync(roots)
  writeFileSync(join(roots, 'three.sls'), sls)
  cluster = await startProcesses({ minions: ['m1', 'm2'], masterConfig: { file_roots: { base: [roots] } } })
  await cluster.acceptAll()
})
afterAll(async () => {
  await cluster?.close()
  removeTemporaryDirectory(directory)
})

test('salt --progress: a line for each state of each minion, and the same results', async () => {
  const { stdout, stderr, code } = await cluster.run('salt', '--progress', '*', 'state.apply', 'three')
  for (const id of ['m1', 'm2']) {
    expect(stderr).toMatch(new RegExp(`^${id}: \\[1/3\\] test\\.nop one: True \\([\\d.]+ ms\\)$`, 'm'))
    expect(stderr).toMatch(
      new RegExp(`^${id}: \\[2/3\\] test\\.succeed_with_changes two other: True, changed`, 'm'),
    )
    expect(stderr).toMatch(new RegExp(`^${id}: \\[3/3\\] test\\.fail_without_changes three: False`, 'm'))
    expect(stdout).toContain(`Summary for ${id}`)
  }
  expect(code).toBe(1)
})

test('without it nothing is said, and other functions take it too', async () => {
  expect((await cluster.run('salt', 'm1', 'state.apply', 'three')).stderr).not.toContain('[1/3]')
  const ping = await cluster.run('salt', '-p', 'm1', 'test.ping')
  expect(ping).toMatchObject({ stdout: 'm1:\n    True\n', code: 0 })
})

test('events: salt/job/<jid>/prog/<id>/<number> and salt/state_result/<jid>/<id>/<name>', async () => {
  await using client = new EventClient({ options: cluster.masterOptions })
  const feed = client.events('salt/')
  await feed.ready
  const tags: string[] = []
  const reading = (async () => {
    for await (const { tag, data } of feed) {
      if (/^salt\/(?:job\/\d+\/prog|state_result)\//.test(tag)) tags.push(tag.replace(/\d{20}/, 'JID'))
      if (tag.includes('/prog/'))
        expect(data).toMatchObject({ id: 'm1', data: { len: 3, ret: { __sls__: 'three' } } })
    }
  })()
  await cluster.run('salt', 'm1', 'state.apply', 'three', 'state_events=True')
  await until('all have come', () => tags.length >= 5)
  feed.close()
  await reading
  expect(tags.sort()).toEqual([
    'salt/job/JID/prog/m1/0',
    'salt/job/JID/prog/m1/1',
    'salt/job/JID/prog/m1/2',
    'salt/state_result/JID/m1/mine/own',
    'salt/state_result/JID/m1/other',
  ])
})

test('a minion makes such an event of its own jobs only', async () => {
  await using client = new EventClient({ options: cluster.masterOptions })
  const feed = client.events('')
  await feed.ready
  const tags: string[] = []
  const reading = (async () => {
    for await (const { tag } of feed)
      if (tag.includes('20200101000000000000') || tag.includes('state_result')) tags.push(tag)
  })()
  const ret = JSON.stringify({ ret: { __run_num__: 0 } })
  await cluster.run('salt', 'm1', 'event.fire_master', ret, 'progress/20200101000000000000')
  await cluster.run('salt', 'm1', 'event.fire_master', ret, 'state_result/20200101000000000000/x')
  await cluster.run('salt', 'm1', 'event.fire_master', ret, 'state_result/../x')
  await until('the last has come', () => tags.some((tag) => tag.endsWith('../x')))
  feed.close()
  await reading
  expect(tags.filter((tag) => !tag.startsWith('minion/m1/'))).toEqual([])
})

test('salt-call says of each state that it ended, on a terminal only', (ctx) => {
  const script = findProgram('script')
  ctx.skip(script === undefined, 'needs script(1), which makes a terminal')
  using machine = new Masterless()
  machine.write({ 'roots/one.sls': sls })
  const words = machine.words(['state.apply', 'one'])
  const command = [process.execPath, toolPath('salt-call'), ...words].map((word) => `'${word}'`).join(' ')
  const { stdout } = spawnSync(String(script), ['-qec', `${command} > /dev/null`, '/dev/null'], {
    encoding: 'utf8',
  })
  expect(stdout).toMatch(/\[1\/3\] test\.nop one: True \([\d.]+ ms\)\r?\n\[2\/3\]/)
  const piped = spawnSync(process.execPath, [toolPath('salt-call'), ...words], { encoding: 'utf8' })
  expect(piped.stderr).not.toContain('[1/3]')
  expect(piped.stdout).toContain('Summary for local')
})
