// SPDX-License-Identifier: Apache-2.0
// Many small files on their way to a minion: a tree that is cached, the same tree looked at again, one small file.
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { LocalClient } from '@halite/client'
import { startCluster } from '../cluster.mjs'
import { median } from '../measure.mjs'

const files = 10_000
const perDirectory = 100
const bytes = 4096
const single = 30

export async function fileTreeLines({ rounds, quick }) {
  const roots = `/tmp/halite-bench-trees-${process.pid}`
  makeTree(roots)
  const cluster = await startCluster({ minions: ['m1'], masterConfig: { file_roots: { base: [roots] } } })
  const client = new LocalClient({ options: cluster.masterOptions })
  try {
    await cluster.waitConnected()
    const cache = join(cluster.minionOptions('m1').cachedir, 'files')
    const cached = []
    const unchanged = []
    for (let round = 0; round < (quick ? 1 : rounds); round += 1) {
      // Moved away and not removed: ext4 passes over each inode that was freed lately, which costs more than all else.
      if (existsSync(cache)) renameSync(cache, `${cache}-${round}`)
      cached.push(await seconds(() => cacheTree(client)))
      unchanged.push(await seconds(() => cacheTree(client)))
    }
    return [
      line('tree-cached', `tree of ${files} files of 4 KiB, cached`, median(cached), { atMost: 6 }),
      line('tree-unchanged', 'the same, looked at again', median(unchanged), { atMost: 0.5 }),
      await oneFile(client),
    ]
  } finally {
    await client.close?.()
    await cluster.close()
    rmSync(roots, { recursive: true, force: true })
  }
}

function makeTree(roots) {
  for (let index = 0; index < files; index += 1) {
    const directory = join(roots, 'tree', `d${Math.floor(index / perDirectory)}`)
    if (index % perDirectory === 0) mkdirSync(directory, { recursive: true })
    writeFileSync(join(directory, `f${index}`), randomBytes(bytes))
  }
  for (let index = 0; index < single; index += 1) writeFileSync(join(roots, `one${index}`), randomBytes(1024))
}

async function cacheTree(client) {
  const { m1 } = await client.cmd('m1', 'cp.cache_dir', ['salt://tree'], { timeout: 120 })
  if (m1?.length !== files) throw new Error(`cp.cache_dir gave ${JSON.stringify(m1)?.slice(0, 200)}`)
}

/** Each is a file that the minion has not seen. */
async function oneFile(client) {
  const times = []
  for (let index = 0; index < single; index += 1) {
    const taken = await seconds(() => client.cmd('m1', 'cp.cache_file', [`salt://one${index}`]))
    if (index >= single / 3) times.push(taken * 1000)
  }
  const ping = []
  for (let index = 0; index < single; index += 1) ping.push(await seconds(() => client.cmd('m1', 'cp.envs')))
  return {
    id: 'file-first',
    name: 'cp.cache_file of a new file of 1 KiB, as a job in a warm daemon',
    value: median(times),
    unit: 'ms',
    reach: { atMost: 10 },
    notes: [`cp.envs, a job that fetches nothing: ${(median(ping) * 1000).toFixed(1)} ms`],
  }
}

function line(id, name, value, reach) {
  return { id, name, value, unit: 's', reach }
}

async function seconds(run) {
  const startMs = performance.now()
  await run()
  return (performance.now() - startMs) / 1000
}
