// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import {
  Dice,
  FaultProxy,
  type ProcessCluster,
  removeTemporaryDirectory,
  startProcesses,
  temporaryDirectory,
  toolPath,
} from '@halite/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'

/* Processes that fetch through a path that breaks: HALITE_SEED chooses other moments. */

const seed = Number(process.env['HALITE_SEED'] ?? 1)
const callers = 5
const trees = 4
const filesOfTree = 60
const largeBytes = 12_000_000

let directory: string
let cluster: ProcessCluster
let proxy: FaultProxy
/** What the master serves, by path. */
const served = new Map<string, Buffer>()

beforeAll(async () => {
  directory = temporaryDirectory('halite-storm')
  const dice = new Dice(seed)
  const serve = (path: string, bytes: number) => {
    served.set(path, Buffer.alloc(bytes, `${path} `))
    mkdirSync(dirname(join(directory, 'roots', path)), { recursive: true })
    writeFileSync(join(directory, 'roots', path), served.get(path) ?? '')
  }
  serve('large', largeBytes)
  for (let tree = 0; tree < trees; tree += 1)
    for (let file = 0; file < filesOfTree; file += 1)
      serve(`tree${tree}/${file % 3}/${file}`, 1 + dice.below(60_000))
  cluster = await startProcesses({
    minions: [],
    masterConfig: { file_roots: { base: [join(directory, 'roots')] }, auto_accept: true },
  })
  proxy = await FaultProxy.start({ target: cluster.ports.ret })
  await cluster.addMinion('m1', { master_port: proxy.port, recon_default: 50, recon_max: 200 }).start()
  await cluster.waitConnected()
}, 60_000)
afterAll(async () => {
  await cluster?.close()
  await proxy?.close()
  removeTemporaryDirectory(directory)
})

/** Waits for so many bytes from the master. */
async function arrived(bytes: number, isOver: () => boolean): Promise<void> {
  const start = proxy.counters.bytesFromTarget
  while (!isOver() && proxy.counters.bytesFromTarget - start < bytes) await delay(1)
}

async function restartMaster(): Promise<void> {
  await cluster.master.stop()
  await cluster.master.start()
}

function expectWhole(path: string, copy: string): void {
  expect(readFileSync(copy).equals(served.get(path) ?? Buffer.alloc(0)), copy).toBe(true)
}

test('a call goes on when its connection is cut, and when the master starts again', async () => {
  const dest = join(directory, 'own')
  let isOver = false
  const fetched = cluster.run('salt-call', 'cp.get_file', 'salt://large', dest).finally(() => {
    isOver = true
  })
  await arrived(largeBytes / 5, () => isOver)
  proxy.cut()
  await arrived(largeBytes / 5, () => isOver)
  await restartMaster()
  const { code, stdout, stderr } = await fetched
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: `local:\n    ${dest}\n`, stderr: '' })
  expectWhole('large', dest)
}, 60_000)

test('a call whose first words to the master are lost says them again', async () => {
  await cluster.waitConnected()
  const { connections } = proxy.counters
  proxy.freeze()
  const called = cluster.run('salt-call', 'test.ping', '--out=json')
  while (proxy.counters.connections === connections) await delay(5)
  await delay(500)
  proxy.cut()
  proxy.thaw()
  const { code, stdout, ms } = await called
  expect({ code, stdout: JSON.parse(stdout) }).toEqual({ code: 0, stdout: { local: true } })
  expect(ms).toBeLessThan(20_000)
}, 60_000)

interface Call {
  readonly child: ChildProcess
  readonly dest: string
  /** Its exit code, and what it wrote. */
  readonly ended: Promise<{ readonly code: number | null; readonly text: string }>
}

function startCall(index: number): Call {
  const dest = join(directory, `large${index}`)
  const words = ['-c', cluster.configDir('m1'), 'cp.get_file', 'salt://large', dest]
  const child = spawn(process.execPath, [toolPath('salt-call'), ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => {
      text += chunk.toString()
    })
  return { child, dest, ended: once(child, 'close').then(([code]) => ({ code, text })) }
}

/** Cuts connections after random numbers of bytes, pauses processes, and starts the master again once. */
async function storm(calls: readonly Call[], isOver: () => boolean): Promise<void> {
  const dice = new Dice(seed)
  for (let fault = 0; fault < 20 && !isOver(); fault += 1) {
    await arrived(dice.below(4_000_000), isOver)
    if (fault === 8) await restartMaster()
    else if (fault % 5 === 3) pause(dice.pick([...calls.map(({ child }) => child), cluster.minion('m1')]))
    else proxy.cut()
  }
}

/** For longer than a connection may be silent. */
function pause(paused: Pick<ChildProcess, 'kill'>): void {
  paused.kill('SIGSTOP')
  setTimeout(() => paused.kill('SIGCONT'), 7000)
}

test('calls and jobs that fetch while connections are cut, processes paused and the master restarted have every file whole', async () => {
  await cluster.waitConnected()
  for (let tree = 0; tree < trees; tree += 1)
    await cluster.run('salt', '--async', 'm1', 'cp.cache_dir', `salt://tree${tree}`)
  const calls = Array.from({ length: callers }, (_, index) => startCall(index))
  let isOver = false
  const ended = Promise.all(calls.map((call) => call.ended)).finally(() => {
    isOver = true
  })
  await storm(calls, () => isOver)
  for (const [index, { code, text }] of (await ended).entries()) {
    expect({ code, text }).toMatchObject({ code: 0, text: expect.stringContaining(`large${index}`) })
    expectWhole('large', join(directory, `large${index}`))
  }
  const { cachedir } = cluster.minionOptions('m1')
  while (readdirSync(join(cachedir, 'proc')).length > 0) await delay(50)
  for (const path of served.keys())
    if (path !== 'large') expectWhole(path, join(cachedir, 'files/base', path))
  expect(readdirSync(join(cachedir, 'fetching'))).toEqual([])
}, 180_000)
