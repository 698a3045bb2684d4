// SPDX-License-Identifier: Apache-2.0
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import type { Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ProcessCluster, repositoryRoot, startProcesses } from '@halite/testing'
import { KeyDirectory, Layout, Repository, readFailed } from '@halite/updater'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { serve } from '../../packages/updater/test/support/releases.ts'
import { variantOf } from '../../scripts/update/variant.mjs'
import { installation, WindowsMachine } from './wine/machine.ts'
import { useWindows } from './wine/use-windows.ts'

const kit = useWindows()
const [a, b, c] = ['0.1.0', '0.2.0', '0.3.0'] as const
/** Most of it is the packing of releases; Wine takes its time too. */
const limits = { timeout: 1_500_000 }

let work: string
let machine: WindowsMachine
let cluster: ProcessCluster
let server: Server

/** A release that is cross-built here, two that follow it, the second of which never reaches a master, and who signs them. */
beforeAll(async () => {
  if (kit === undefined) return
  work = mkdtempSync(join(tmpdir(), 'halite-windows-updates-'))
  const common = { root: repositoryRoot, work, platform: 'win32-x64' }
  const first = await variantOf({ ...common, version: a })
  const releases = [
    await variantOf({ ...common, version: b, from: first }),
    await variantOf({ ...common, version: c, from: first, fault: 'never-ready' }),
  ]
  const keys = new KeyDirectory(join(work, 'keys'))
  const repository = new Repository({ directory: join(work, 'repo'), keys, patches: 0 })
  await repository.init({ rootKeys: 1, threshold: 1 })
  for (const { zip } of releases) await repository.add(zip)
  await repository.sign()
  await repository.publish()
  const served = await serve((path, response) => {
    const file = join(work, 'repo', path)
    if (existsSync(file)) response.end(readFileSync(file))
    else response.writeHead(404).end()
  })
  server = served.server
  cluster = await startProcesses({ minions: [] })
  const config = { id: 'win1', master: '127.0.0.1', master_port: cluster.ports.ret }
  machine = WindowsMachine.frozen(kit, first.tree, { ...config, update_url: served.url })
  const trust = machine.path(`${installation}\\trust`)
  mkdirSync(trust)
  copyFileSync(join(work, 'repo/metadata/1.root.json'), join(trust, 'root.json'))
}, limits.timeout)

afterAll(async () => {
  await machine?.close()
  await cluster?.close()
  server?.closeAllConnections()
  server?.close()
  if (work !== undefined) rmSync(work, { recursive: true, force: true })
})

test('a frozen release runs there from its start files', limits, async () => {
  const { stdout, stderr } = await machine.run(`${installation}\\salt-call.cmd`, '--local', 'test.version')
  expect(`${stdout}${stderr}`.replaceAll('\r', '')).toBe(`local:\n    ${a}\n`)
})

test(
  'a minion moves from A to B, and comes back from C, which never reaches the master',
  limits,
  async () => {
    await machine.startMinion()
    await cluster.waitPending(['win1'])
    await cluster.run('salt-key', '-y', '-a', 'win1')
    await cluster.waitConnected(['win1'])
    expect(await update(b), machine.minionLog()).toContain(`Updated from ${a} to ${b}`)
    expect(await runningVersion()).toBe(b)
    expect(await update(c)).toMatch(
      new RegExp(
        `Unable to update to version ${c}: it was not ready within 60 s: it did not reach a master. Version ${b} runs again`,
      ),
    )
    expect(await runningVersion()).toBe(b)
    const layout = new Layout(machine.path(installation))
    expect(readFailed(layout).map(({ version }) => version)).toEqual([`salt-${c}.win32-x64`])
    expect(readFileSync(layout.current, 'utf8')).toBe(`salt-${b}.win32-x64\n`)
  },
)

async function update(version: string): Promise<string> {
  const words = ['salt', '-t', '60', 'win1', 'saltutil.update', version] as const
  const { stdout, stderr } = await cluster.runWith({ timeoutMs: 240_000 }, ...words)
  return `${stdout}${stderr}`
}

async function runningVersion(): Promise<string> {
  const { stdout } = await cluster.run('salt', '-t', '60', 'win1', 'test.version', '--out=json')
  return (JSON.parse(stdout) as { win1: string }).win1
}
