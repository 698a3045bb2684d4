// SPDX-License-Identifier: Apache-2.0
// A master from bin/ with many simulated minions, and the bare sockets that do the same work, laid out over the same
// processes: one master, and hosts of at most 4,800 minions each.
import { fork } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { LocalClient } from '@halite/client'
import { removeTemporaryDirectory, temporaryDirectory } from '@halite/testing'
import { Dealer } from 'zeromq'
import { startCluster } from './cluster.mjs'
import { cpuMs, until } from './measure.mjs'

const perHost = 4800
const fewestHosts = 3
/** Files, pipes, the job store and what else a process holds beside the sockets of minions. */
const spareDescriptors = 300
const readyLimitMs = 240_000

/** The most minions, up to `wanted`, that the limit of open files allows: two connections of each end at the master. */
export function fittingCount(wanted) {
  const limit = Number(
    /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1] ?? 1024,
  )
  return Math.max(1, Math.min(wanted, Math.floor((limit - spareDescriptors) / 2)))
}

/**
 * Starts a master and `count` simulated minions, all connected and confirmed when it resolves; `storm` is what that took from when
 * the first process with minions was started, in wall time and CPU of the master. `ask(name)` has all of them make a request at
 * once, and resolves when all have their answer. Close it when done.
 */
export async function startFleet(count, masterConfig = {}, grains = {}) {
  const cluster = await startCluster({
    minions: [],
    masterConfig: { timeout: 60, ...masterConfig },
  })
  const hosts = []
  const client = new LocalClient({ options: cluster.masterOptions })
  const close = async () => {
    await client.close()
    await endAll(hosts)
    await cluster.close()
  }
  try {
    const script = join(import.meta.dirname, 'simulated-minions.mjs')
    const { pid } = cluster.master
    const startMs = performance.now()
    const startCpuMs = cpuMs(pid)
    const ready = shares(count).map(({ first, size }) =>
      message(start(hosts, script, [first, size, cluster.ports.ret, JSON.stringify(grains)]), 'ready'),
    )
    await Promise.all(ready)
    await until(`${count} minions confirmed`, () => areConfirmed(client, count), readyLimitMs)
    const storm = { wallMs: performance.now() - startMs, cpuMs: cpuMs(pid) - startCpuMs }
    const ask = (name) => Promise.all(hosts.map((host) => asked(host, name)))
    return { cluster, client, masterPid: pid, hostPids: hosts.map((host) => host.pid), storm, ask, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** Starts the bare sockets. `ask('sync')` resolves when every return is in, `ask('async')` when it is published. */
export async function startBareFleet(count) {
  const directory = temporaryDirectory('hb')
  const hosts = []
  const asker = new Dealer({ linger: 0 })
  const close = async () => {
    asker.close()
    await endAll(hosts)
    removeTemporaryDirectory(directory)
  }
  try {
    const path = join(directory, 'ask')
    const script = join(import.meta.dirname, 'baseline', 'answerers.mjs')
    const gatherer = start(hosts, join(import.meta.dirname, 'baseline', 'gatherer.mjs'), [count, path])
    const { publish, ret } = await message(gatherer, 'publish')
    for (const { first, size } of shares(count)) start(hosts, script, [first, size, count, publish, ret])
    await message(gatherer, 'ready')
    asker.connect(`ipc://${path}`)
    return {
      ask: questions(asker),
      path,
      masterPid: gatherer.pid,
      hostPids: hosts.slice(1).map((one) => one.pid),
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/**
 * Bare sockets and the cryptography of as many handshakes, laid out alike: what it takes from when the first process with peers was
 * started until the last was let in.
 */
export async function bareStorm(count) {
  const hosts = []
  try {
    const script = (name) => join(import.meta.dirname, 'baseline', name)
    const doorman = start(hosts, script('doorman.mjs'), [count])
    const { port } = await message(doorman, 'port')
    const before = { wallMs: performance.now(), cpuMs: cpuMs(doorman.pid) }
    for (const { size } of shares(count)) start(hosts, script('callers.mjs'), [size, port])
    await message(doorman, 'ready')
    return { wallMs: performance.now() - before.wallMs, cpuMs: cpuMs(doorman.pid) - before.cpuMs }
  } finally {
    await endAll(hosts)
  }
}

/** A master that is busy admitting thousands may not answer at once. */
async function areConfirmed(client, count) {
  const status = await client.connection.request('status', {}).catch(() => undefined)
  return status?.minions_confirmed === count
}

function shares(count) {
  const hosts = count < fewestHosts ? 1 : Math.max(fewestHosts, Math.ceil(count / perHost))
  return Array.from({ length: hosts }, (_, index) => {
    const first = Math.floor((count * index) / hosts)
    return { first, size: Math.floor((count * (index + 1)) / hosts) - first }
  })
}

/** Answers come in the order of their questions. */
function questions(asker) {
  const waiting = []
  void (async () => {
    for await (const _answer of asker) waiting.shift()?.()
  })()
  return (how) =>
    new Promise((resolve) => {
      waiting.push(resolve)
      void asker.send(how)
    })
}

function start(hosts, script, args) {
  const child = fork(script, args.map(String), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  hosts.push(child)
  return child
}

function asked(host, name) {
  const answer = message(host, 'asked')
  host.send({ ask: name })
  return answer
}

/** The next message that has the field. */
function message(child, field) {
  return new Promise((resolve, reject) => {
    child.on('message', (told) => told[field] && resolve(told))
    child.once('exit', (code) => reject(new Error(`a host of minions ended with code ${code}`)))
  })
}

async function endAll(children) {
  await Promise.all(
    children.map((child) => {
      const gone = new Promise((resolve) => child.once('exit', resolve))
      if (child.exitCode !== null || child.signalCode !== null) return undefined
      child.kill('SIGKILL')
      return gone
    }),
  )
}
