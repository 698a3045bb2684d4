// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { FileClient, SessionSource } from '@halite/fileserver'
import { sharedVerifier } from '@halite/protocol'
import {
  type Cluster,
  FaultProxy,
  removeTemporaryDirectory,
  SimulatedMinion,
  startCluster,
  temporaryDirectory,
} from '@halite/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'

const size = 20_000_000
let directory: string
let large: Buffer
let cluster: Cluster
let proxy: FaultProxy

beforeEach(async () => {
  directory = temporaryDirectory('halite-cut')
  const roots = join(directory, 'roots')
  large = randomBytes(size)
  mkdirSync(roots)
  writeFileSync(join(roots, 'large'), large)
  cluster = await startCluster({ minions: 0, master: { file_roots: { base: [roots] }, auto_accept: true } })
  proxy = await FaultProxy.start({ target: cluster.masterOptions.ret_port })
  await cluster.addMinion('m1', { master_port: proxy.port, recon_default: 50, recon_max: 200 })
}, 30_000)
afterEach(async () => {
  await cluster?.close()
  await proxy?.close()
  removeTemporaryDirectory(directory)
})

/** Waits for so many bytes since `start`. */
async function arrived(start: number, bytes: number, isOver: () => boolean): Promise<void> {
  while (!isOver() && proxy.counters.bytesFromTarget - start < bytes) await delay(1)
}

function expectWhole(): void {
  const { cachedir } = cluster.minionOptions('m1')
  expect(readFileSync(join(cachedir, 'files/base/large')).equals(large)).toBe(true)
  expect(readdirSync(join(cachedir, 'fetching'))).toEqual([])
}

test('a connection that is cut at every tenth of a transfer costs a little more than the rest of it', async () => {
  const start = proxy.counters.bytesFromTarget
  let isOver = false
  const fetched = cluster.client.cmd('m1', 'cp.cache_file', ['salt://large'], { timeout: 60 }).finally(() => {
    isOver = true
  })
  for (let tenth = 1; tenth < 10; tenth += 1) {
    await arrived(start, (size * tenth) / 10, () => isOver)
    expect(existsSync(join(cluster.minionOptions('m1').cachedir, 'files/base/large'))).toBe(isOver)
    proxy.cut()
  }
  await fetched
  expectWhole()
  // What was on its way when it was cut is sent again, and no more: at most four ranges each time.
  expect(proxy.counters.bytesFromTarget - start).toBeLessThan(size + 9 * 4 * 600_000)
}, 60_000)

test('a master that starts again in the middle is waited for', async () => {
  const start = proxy.counters.bytesFromTarget
  let isOver = false
  const fetched = cluster.client
    .cmd('m1', 'cp.cache_file', ['salt://large'], { timeout: 60 })
    .catch(() => undefined)
    .finally(() => {
      isOver = true
    })
  await arrived(start, size / 2, () => isOver)
  await cluster.restartMaster()
  await fetched
  const place = join(cluster.minionOptions('m1').cachedir, 'files/base/large')
  for (let waits = 0; waits < 600 && !existsSync(place); waits += 1) await delay(50)
  expectWhole()
}, 60_000)

test('trees that one minion fetches at once keep none of them out', async () => {
  for (let tree = 0; tree < 12; tree += 1) {
    mkdirSync(join(directory, `roots/tree${tree}`))
    for (let file = 0; file < 40; file += 1)
      writeFileSync(join(directory, `roots/tree${tree}/${file}`), `${tree}/${file}`)
  }
  const minion = new SimulatedMinion({
    id: 'trees',
    host: '127.0.0.1',
    retPort: cluster.masterOptions.ret_port,
  })
  try {
    await minion.start()
    const client = new FileClient({
      source: new SessionSource({ ask: (name, load) => minion.request(name, load) }),
      cachedir: join(directory, 'trees'),
      saltenv: '',
      hashType: 'sha256',
      patienceMs: 0,
      web: cluster.minionOptions('m1'),
    })
    const copies = await Promise.all(
      Array.from({ length: 12 }, (_, tree) => client.cacheDir(`salt://tree${tree}`)),
    )
    expect(copies.flat()).toHaveLength(12 * 40)
  } finally {
    await minion.close()
  }
}, 60_000)

test('two hundred minions that fetch at once after the master started again all have the file', async () => {
  writeFileSync(join(directory, 'roots/small'), large.subarray(0, 100_000))
  const verifier = sharedVerifier()
  const { ret_port: retPort } = cluster.masterOptions
  await cluster.restartMaster()
  const fetched = Array.from({ length: 200 }, async (_, index) => {
    const minion = new SimulatedMinion({ id: `fetch${index}`, host: '127.0.0.1', retPort, verifier })
    try {
      await minion.start()
      const client = new FileClient({
        source: new SessionSource({ ask: (name, load) => minion.request(name, load) }),
        cachedir: join(directory, `cache${index}`),
        saltenv: '',
        hashType: 'sha256',
        patienceMs: 30_000,
        web: cluster.minionOptions('m1'),
      })
      return readFileSync((await client.cacheFile('salt://small')) ?? '')
    } finally {
      await minion.close()
    }
  })
  const contents = await Promise.all(fetched)
  expect(contents.every((content) => content.equals(large.subarray(0, 100_000)))).toBe(true)
}, 120_000)
