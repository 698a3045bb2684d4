// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  type ProcessCluster,
  removeTemporaryDirectory,
  startProcesses,
  temporaryDirectory,
} from '@halite/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WindowsMachine } from './wine/machine.ts'
import { useWindows } from './wine/use-windows.ts'

/* What a job costs a minion on Windows: no grains are collected again, and a ping starts nothing. Public reports of the contrary: saltstack/salt
   27866, 37865, 48882, 51621, 56250, 58904. */

const kit = useWindows()
let machine: WindowsMachine
let cluster: ProcessCluster
let roots: string

const countingGrain = `
import { appendFileSync } from 'node:fs'
export default ({ defineGrain }) => defineGrain({
  name: 'counting',
  doc: 'Notes each time it is collected.',
  provides: ['counting'],
  collect: () => {
    appendFileSync('C:\\\\counted', 'x')
    return { counting: true }
  },
})`

beforeAll(async () => {
  if (kit === undefined) return
  roots = temporaryDirectory('windows-idle')
  mkdirSync(join(roots, '_grains'))
  writeFileSync(join(roots, '_grains', 'counting.mjs'), countingGrain)
  cluster = await startProcesses({
    minions: [],
    masterConfig: { auto_accept: true, file_roots: { base: [roots] } },
  })
  machine = WindowsMachine.make(kit, { id: 'win1', master: '127.0.0.1', master_port: cluster.ports.ret })
  await machine.startMinion()
  await cluster.waitConnected(['win1'])
})

afterAll(async () => {
  await machine?.close()
  await cluster?.close()
  if (roots !== undefined) removeTemporaryDirectory(roots)
})

test('ping and find_job are answered by the minion itself: it starts no process', async () => {
  const before = machine.nodeProcesses()
  for (let times = 0; times < 3; times += 1) expect(await returned('test.ping')).toBe(true)
  expect(await returned('saltutil.find_job', '20200101000000000000')).toEqual({})
  expect(before).toHaveLength(1)
  expect(machine.nodeProcesses()).toEqual(before)
})

test('grains are collected once, whatever runs afterwards', async () => {
  expect(await returned('saltutil.sync_grains')).toEqual(['grains.counting'])
  expect(await returned('grains.get', 'counting')).toBe(true)
  const collected = machine.read('C:\\counted')
  for (let times = 0; times < 3; times += 1) expect(await returned('cmd.run', 'echo x')).toBe('x')
  expect(await returned('grains.get', 'counting')).toBe(true)
  expect(await returned('pkg.list_pkgs')).toEqual({})
  expect(machine.read('C:\\counted')).toBe(collected)
})

test('where no definition is, pkg.refresh_db says where it looked and what is there', async () => {
  expect(await returned('pkg.refresh_db')).toEqual({
    ...{ total: 0, success: 0, failed: 0 },
    comment:
      "salt://win/repo-ng in saltenv 'base' has 0 files, and no definition (*.sls); the environment has 1 file. The option winrepo_source_dir of the minion says where they are looked for.",
  })
  mkdirSync(join(roots, 'win', 'repo'), { recursive: true })
  writeFileSync(join(roots, 'win', 'repo', 'app.sls'), "app:\n  '1.0': { full_name: App }\n")
  expect(await returned('pkg.refresh_db')).toMatchObject({
    comment: expect.stringContaining('there are definitions below salt://win/repo.'),
  })
  expect(await returned('pkg.available_version', 'app')).toEqual({})
})

/** What `win1` returned. */
async function returned(...words: string[]): Promise<unknown> {
  const { stdout } = await cluster.run('salt', '--out=json', '--static', '-t', '60', 'win1', ...words)
  return (JSON.parse(stdout) as { win1: unknown }).win1
}
