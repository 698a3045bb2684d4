// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path'
import {
  type ProcessCluster,
  removeTemporaryDirectory,
  startProcesses,
  temporaryDirectory,
} from '@halite/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writePackages } from './packages/definitions.ts'
import { WindowsMachine } from './wine/machine.ts'
import { useWindows } from './wine/use-windows.ts'

/* The page of the Windows Software Repository as a story: a master on Linux, a minion on Windows, and real installers. */

const kit = useWindows()
let machine: WindowsMachine
let directory: string
let cluster: ProcessCluster

beforeAll(async () => {
  if (kit === undefined) return
  directory = temporaryDirectory('windows-packages')
  const srv = join(directory, 'srv')
  await writePackages(srv)
  cluster = await startProcesses({ minions: [], masterConfig: { file_roots: { base: [srv] } } })
  machine = WindowsMachine.make(kit, { id: 'win1', master: '127.0.0.1', master_port: cluster.ports.ret })
  await machine.startMinion()
  await cluster.waitPending(['win1'])
  await cluster.run('salt-key', '-y', '-a', 'win1')
  await cluster.waitConnected(['win1'])
})

afterAll(async () => {
  await machine?.close()
  await cluster?.close()
  if (directory !== undefined) removeTemporaryDirectory(directory)
})

/** `salt win1 …`, as the value that the minion returned. */
async function salt(...words: string[]): Promise<unknown> {
  const { stdout, stderr } = await cluster.run('salt', '--out=json', '--static', '-t', '60', 'win1', ...words)
  try {
    return (JSON.parse(stdout) as { win1: unknown }).win1
  } catch {
    throw new Error(`salt win1 ${words.join(' ')} printed no return: ${stdout}${stderr}`)
  }
}

test("salt 'win*' pkg.refresh_db -t 15", async () => {
  const { stdout, code } = await cluster.run('salt', 'win*', 'pkg.refresh_db', '-t', '15')
  expect({ stdout, code }).toEqual({
    stdout: 'win1:\n    ----------\n    failed:\n        0\n    success:\n        7\n    total:\n        7\n',
    code: 0,
  })
})

test('what can be installed', async () => {
  expect(await salt('pkg.available_version', 'app')).toEqual({ app: { '1.0.1': 'App', '2.0.0': 'App' } })
  expect(await salt('pkg.list_available', 'app')).toEqual(['1.0.1', '2.0.0'])
  expect(await salt('pkg.latest_version', 'app')).toBe('2.0.0')
})

test('an older version, then an upgrade, then none', async () => {
  expect(await salt('pkg.install', 'app', 'version=1.0.1')).toEqual({ app: { new: '1.0.1', old: '' } })
  expect(await salt('pkg.version', 'app')).toBe('1.0.1')
  expect(await salt('pkg.upgrade_available', 'app')).toBe(true)
  expect(await salt('pkg.upgrade')).toEqual({ app: { new: '2.0.0', old: '1.0.1' } })
  expect(await salt('pkg.upgrade_available', 'app')).toBe(false)
  expect(await salt('pkg.remove', 'app')).toEqual({ app: { new: '', old: '2.0.0' } })
  expect(await salt('pkg.remove', 'app')).toEqual({ app: { current: 'not installed' } })
})

test('by full name, and removed by its product code with pkg.purge', async () => {
  expect(await salt('pkg.install', 'App', 'version=1.0.1')).toEqual({ app: { new: '1.0.1', old: '' } })
  expect(await salt('pkg.purge', 'app')).toEqual({ app: { new: '', old: '1.0.1' } })
})

test('the state pkg.installed', async () => {
  const { stdout, code } = await cluster.run(
    'salt',
    '-t',
    '60',
    'win1',
    'state.single',
    'pkg.installed',
    'cafe',
  )
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: expect.stringContaining('The following packages were installed/updated: cafe'),
  })
  expect(await salt('pkg.remove', 'cafe')).toEqual({ cafe: { new: '', old: '1.5' } })
})

test('an installer of several files, whose name is not ASCII', async () => {
  expect(await salt('pkg.install', 'cafe')).toEqual({ cafe: { new: '1.5', old: '' } })
  expect(await salt('pkg.list_pkgs')).toEqual({ cafe: '1.5' })
  expect(await salt('pkg.remove', 'cafe')).toEqual({ cafe: { new: '', old: '1.5' } })
})

test('a program of 32 bits is listed where Windows has it', async () => {
  expect(await salt('pkg.install', 'narrow')).toEqual({ narrow: { new: '1.0.0', old: '' } })
  expect(await salt('pkg.remove', 'narrow')).toEqual({ narrow: { new: '', old: '1.0.0' } })
})

test('an installer that asks for a restart', async () => {
  expect(await salt('system.get_reboot_required_witnessed')).toBe(false)
  expect(await salt('pkg.install', 'restarting')).toEqual({ restarting: { new: '1.0.0', old: '' } })
  expect(await salt('system.get_reboot_required_witnessed')).toBe(true)
})

test('an installer that fails', async () => {
  expect(await salt('pkg.install', 'failing')).toEqual({
    failing: { 'install status': 'failed', 'exit code': 1603 },
  })
})

test('a full name that is another is told, with the line for its definition', async () => {
  expect(await salt('pkg.install', 'wrong')).toEqual({
    'Shown Otherwise': { new: '1.5', old: '' },
    wrong: {
      'install status': 'success',
      comment: expect.stringContaining("Write into its definition: full_name: 'Shown Otherwise'"),
    },
  })
})

test('what has another hash is not run', async () => {
  expect(await salt('pkg.install', 'spoilt')).toEqual(
    expect.stringContaining(`Source hash '${'0'.repeat(64)}' does not match package hash`),
  )
  expect(await salt('pkg.version', 'spoilt')).toBe('')
})
