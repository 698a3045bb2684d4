// SPDX-License-Identifier: Apache-2.0
// Files of the master on their way to minions: one large file to one minion and to fifty, a ping meanwhile, memory, lists.
import { fork } from 'node:child_process'
import { createCipheriv, createSecretKey, randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { LocalClient } from '@halite/client'
import { freeBytes, parseSaltenv } from '@halite/core'
import { SessionSource } from '@halite/fileserver'
import { sharedVerifier } from '@halite/protocol'
import { SimulatedMinion } from '@halite/testing'
import { startCluster } from '../cluster.mjs'
import { median, quantile } from '../measure.mjs'

const mebibyte = 1024 * 1024
const largeMebibytes = 100
const fetchers = 50
const fetcherProcesses = 2
/** A file that is not read to its end by many: what counts is that memory stays as it is. */
const giantMebibytes = 1024
const giantSeconds = 10
const manyFiles = 100_000
const filesOfDirectory = 1000

export async function fileLines({ rounds, quick }) {
  const roots = `/tmp/halite-bench-files-${process.pid}`
  mkdirSync(roots, { recursive: true })
  writeFileSync(join(roots, 'large'), randomBytes(largeMebibytes * mebibyte))
  writeFileSync(join(roots, 'giant'), '')
  truncateSync(join(roots, 'giant'), giantMebibytes * mebibyte)
  const many = `${roots}-many`
  makeFiles(many)
  const file_roots = { base: [roots], many: [many] }
  const cluster = await startCluster({ minions: ['m1'], masterConfig: { file_roots } })
  const client = new LocalClient({ options: cluster.masterOptions })
  try {
    await cluster.waitConnected()
    return [
      await oneMinion({ cluster, client, rounds: quick ? 2 : rounds }),
      ...(await manyMinions({ cluster, client })),
      await listOfMany({ cluster, rounds }),
    ]
  } finally {
    await client.close?.()
    await cluster.close()
    for (const each of [roots, many]) rmSync(each, { recursive: true, force: true })
  }
}

/** `cp.get_file` by a true minion: fetched, hashed, cached, copied. */
async function oneMinion({ cluster, client, rounds }) {
  const seconds = []
  for (let round = 0; round <= rounds; round += 1) {
    // What is there already would not be fetched.
    rmSync(join(cluster.directory, 'copy'), { force: true })
    const startMs = performance.now()
    await client.cmd('m1', 'cp.get_file', ['salt://large', join(cluster.directory, 'copy')])
    if (round > 0) seconds.push((performance.now() - startMs) / 1000)
  }
  const value = (largeMebibytes * 1.048576) / median(seconds)
  const sealing = sealingSpeed()
  return {
    id: 'file-one',
    name: `cp.get_file, ${largeMebibytes} MiB, one minion`,
    value,
    unit: 'MB/s',
    reach: { atLeast: 350 },
    notes: [
      `${((value / sealing) * 100).toFixed(0)} % of the speed of AES-256-GCM alone, ${sealing.toFixed(0)} MB/s`,
    ],
  }
}

/** MB/s at which this thread seals ranges as large as those of a file, and does nothing else. */
function sealingSpeed() {
  const [key, nonce] = [createSecretKey(randomBytes(32)), Buffer.alloc(12)]
  const range = randomBytes(mebibyte)
  const seal = () => {
    const cipher = createCipheriv('aes-256-gcm', key, nonce)
    freeBytes(cipher.update(range))
    cipher.final()
  }
  const count = 200
  for (let warm = 0; warm < 20; warm += 1) seal()
  const startMs = performance.now()
  for (let index = 0; index < count; index += 1) seal()
  return (count * mebibyte) / 1000 / (performance.now() - startMs)
}

/** Many fetch the same file, while a job goes to another minion. */
async function manyMinions({ cluster, client }) {
  const processes = await Promise.all(
    Array.from({ length: fetcherProcesses }, (_, index) => startFetchers(cluster, index)),
  )
  try {
    const before = rssMebibytes(cluster.master.pid)
    const startMs = performance.now()
    let isDone = false
    const fetching = Promise.all(processes.map((each) => ask(each, { fetch: 'large' }))).then((answers) => {
      isDone = true
      return answers.reduce((sum, { bytes }) => sum + bytes, 0)
    })
    const pings = []
    let peak = before
    while (!isDone) {
      const pingMs = performance.now()
      await client.cmd('m1', 'test.ping')
      pings.push(performance.now() - pingMs)
      peak = Math.max(peak, rssMebibytes(cluster.master.pid))
    }
    const bytes = await fetching
    const seconds = (performance.now() - startMs) / 1000
    return [
      {
        id: 'file-many',
        name: `${largeMebibytes} MiB to ${fetchers} minions at once, together`,
        value: bytes / 1e6 / seconds,
        unit: 'MB/s',
        reach: { atLeast: 300 },
      },
      {
        id: 'file-ping',
        name: 'test.ping meanwhile, 99th percentile',
        value: quantile(pings, 0.99),
        unit: 'ms',
        reach: { atMost: 30 },
        notes: [`${pings.length} pings, median ${median(pings).toFixed(1)} ms`],
      },
      {
        id: 'file-memory',
        name: 'master RSS meanwhile, above before',
        value: peak - before,
        unit: 'MiB',
        reach: { atMost: 60 },
      },
      await giantLine({ cluster, fetchers: processes.slice(0, 1).map((each) => [each, 1]) }),
      await giantLine({ cluster, fetchers: processes.map((each) => [each, fetchers / fetcherProcesses]) }),
    ]
  } finally {
    for (const each of processes) each.kill()
  }
}

/** Memory of the master while a file of 1 GiB goes to one minion to its end, or to many for some seconds. */
async function giantLine({ cluster, fetchers: taking }) {
  const minions = taking.reduce((sum, [, count]) => sum + count, 0)
  const before = rssMebibytes(cluster.master.pid)
  let peak = before
  const watch = setInterval(() => {
    peak = Math.max(peak, rssMebibytes(cluster.master.pid))
  }, 100)
  const wanted = minions === 1 ? { one: true } : { seconds: giantSeconds }
  const answers = await Promise.all(taking.map(([each]) => ask(each, { fetch: 'giant', ...wanted })))
  clearInterval(watch)
  const bytes = answers.reduce((sum, answer) => sum + answer.bytes, 0)
  return {
    id: `file-giant-${minions}`,
    name: `master RSS while 1 GiB goes to ${minions === 1 ? 'one minion' : `${minions} minions`}, above before`,
    value: peak - before,
    unit: 'MiB',
    reach: { atMost: 60 },
    notes: [`${Math.round(bytes / 1e6)} MB sent`],
  }
}

/** The list of an environment of many files, asked for again by a minion that has it. */
async function listOfMany({ cluster, rounds }) {
  const minion = new SimulatedMinion({
    id: 'lister',
    host: '127.0.0.1',
    retPort: cluster.ports.ret,
    verifier: sharedVerifier(),
  })
  await minion.start()
  try {
    const source = new SessionSource({
      ask: (name, load, timeoutMs) => minion.request(name, load, timeoutMs),
    })
    const list = async () => {
      const startMs = performance.now()
      const { length } = await source.list(parseSaltenv('many'), 'files')
      if (length !== manyFiles) throw new Error(`${length} files were listed`)
      return performance.now() - startMs
    }
    const first = await list()
    const times = []
    for (let round = 0; round < rounds; round += 1) times.push(await list())
    return {
      id: 'file-list',
      name: 'list of 100,000 files, second call',
      value: median(times),
      unit: 'ms',
      reach: { atMost: 50 },
      notes: [`first call ${first.toFixed(0)} ms`],
    }
  } finally {
    await minion.close()
  }
}

function makeFiles(root) {
  for (let directory = 0; directory < manyFiles / filesOfDirectory; directory += 1) {
    const path = join(root, `d${directory}`)
    mkdirSync(path, { recursive: true })
    for (let file = 0; file < filesOfDirectory; file += 1) writeFileSync(join(path, `f${file}`), '')
  }
}

async function startFetchers(cluster, index) {
  const count = fetchers / fetcherProcesses
  const args = [index * count, count, cluster.ports.ret].map(String)
  const child = fork(join(import.meta.dirname, '../file-fetchers.mjs'), args)
  await new Promise((resolve) => child.once('message', resolve))
  return child
}

function ask(child, message) {
  return new Promise((resolve) => {
    child.once('message', resolve)
    child.send(message)
  })
}

function rssMebibytes(pid) {
  const kib = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Number(kib ?? 0) / 1024
}
