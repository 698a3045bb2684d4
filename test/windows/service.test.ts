// SPDX-License-Identifier: Apache-2.0
import { copyFileSync, cpSync, linkSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { repositoryRoot, until } from '@halite/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WindowsMachine } from './wine/machine.ts'
import { nssm } from './wine/nssm.ts'
import { useWindows } from './wine/use-windows.ts'

/* A frozen release whose minion is a service of Windows. */

const kit = useWindows()
const release = 'C:\\Program Files\\Halite Release'
const version = `${release}\\versions\\salt-1.0.win32-x64`
const patienceMs = 120_000
/** Installing starts some fifteen programs. */
const longMs = 300_000
let machine: WindowsMachine

beforeAll(() => {
  if (kit === undefined) return
  machine = WindowsMachine.make(kit, {
    id: 'early',
    master: '127.0.0.1',
    master_port: 1,
    master_alive_interval: 0,
  })
  mkdirSync(machine.path(`${version}\\bin`), { recursive: true })
  linkSync(kit.node, machine.path(`${version}\\bin\\node.exe`))
  const installed = machine.path('C:\\Program Files\\Salt Project\\Salt')
  cpSync(join(installed, 'dist'), machine.path(`${version}\\lib`), { recursive: true })
  cpSync(join(installed, 'node_modules'), machine.path(`${version}\\node_modules`), { recursive: true })
  machine.write(`${version}\\MANIFEST.json`, '{}\n')
  machine.write(`${release}\\current`, 'salt-1.0.win32-x64\n')
  const start = readFileSync(join(repositoryRoot, 'packages/updater/launcher/start.cmd'), 'utf8')
  for (const name of ['salt-minion', 'install-service'])
    machine.write(
      `${release}\\${name}.cmd`,
      start.replace('@DAEMONS@', 'salt-master salt-minion').replaceAll('\n', '\r\n'),
    )
  copyFileSync(nssm(kit), machine.path(`${release}\\nssm.exe`))
})

afterAll(() => machine?.close())

/** Processes of the minion: its start file runs no other Node meanwhile. */
const minions = () => machine.nodeProcesses()

test(
  'the minion is installed, and started, as a service',
  async () => {
    const { code, stdout, stderr } = await machine.run(
      ...([`${release}\\install-service.cmd`, '127.0.0.1', '--id', 'svc1'] as const),
    )
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('The minion runs, and starts with the machine (service salt-minion).')
    expect(machine.read('C:\\salt\\conf\\minion.d\\install.conf')).toBe('master: 127.0.0.1\nid: svc1\n')
    await until('the minion runs', () => minions().length === 1, patienceMs)
    expect(readdirSync(machine.path(release))).not.toContain('salt-minion.task.xml')
  },
  longMs,
)

test(
  'the service stops the minion in order',
  async () => {
    await until('the minion is ready', () => machine.minionLog() !== '', patienceMs)
    expect(await machine.run('net', 'stop', 'salt-minion')).toMatchObject({ code: 0 })
    await until('the minion ended', () => minions().length === 0, patienceMs)
  },
  longMs,
)

test(
  'the service is taken away',
  async () => {
    const { code, stdout } = await machine.run(`${release}\\install-service.cmd`, '--remove')
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: 'The minion is stopped, and starts no more (service salt-minion).\n',
    })
    expect((await machine.run('sc', 'query', 'salt-minion')).code).not.toBe(0)
  },
  longMs,
)
