// SPDX-License-Identifier: Apache-2.0
// Salt on this machine: the installed one, or one from PyPI in an environment of its own below .cache/bench.
import { execFile, spawn } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { freePorts, removeTemporaryDirectory, temporaryDirectory } from '@halite/testing'
import { median, processTree, pssMiB, timeProcess, until } from '../measure.mjs'
import { cache } from '../programs.mjs'

const run = promisify(execFile)
const release = 'salt==3007.10'
/** What the package of that release forgets to ask for. */
const parts =
  'tornado>=6.5,<6.6 msgpack pyzmq pyyaml jinja2 distro looseversion psutil cryptography pycryptodomex packaging requests setproctitle jmespath'.split(
    ' ',
  )
const installLimitMs = 300_000
const commandRounds = 7
const deadRounds = 5

/** Salt's figures by the id of the line, as text. Rejects with the reason when no Salt can be had. */
export async function measureSalt() {
  const bin = await binaries()
  const directory = temporaryDirectory('hs')
  const place = await configure(directory)
  const daemons = []
  try {
    const master = daemon(daemons, bin, 'salt-master', place.master)
    const minion = daemon(daemons, bin, 'salt-minion', place.m1)
    await until('m1 answers', () => pings(bin, place, 'm1'), 120_000)
    const figures = await figuresOf({ bin, place, master, minion, daemons })
    const { stdout } = await run(join(bin, 'salt'), ['--version'])
    return { version: stdout.trim().replace(/^salt /, ''), figures }
  } finally {
    for (const child of daemons) for (const pid of processTree(child.pid).reverse()) kill(pid)
    removeTemporaryDirectory(directory)
  }
}

async function figuresOf({ bin, place, master, minion, daemons }) {
  const salt = (...args) => [join(bin, 'salt'), '-c', place.master, ...args]
  const call = await wallOf([join(bin, 'salt-call'), '-c', place.m1, '--local', 'test.ping'], commandRounds)
  const ping = await wallOf(salt('*', 'test.ping'), commandRounds)
  await delay(5000)
  const [minionPss, masterPss] = [sumPss(minion.pid), sumPss(master.pid)]
  const python = join(bin, 'python3')
  const { stdout } = await run(python, [
    join(import.meta.dirname, 'local_client.py'),
    join(place.master, 'master'),
  ])
  const { calls, commands, publishes } = JSON.parse(stdout.trim().split('\n').at(-1))
  const second = daemon(daemons, bin, 'salt-minion', place.m2)
  await until('m2 answers', () => pings(bin, place, 'm2'), 120_000)
  for (const pid of processTree(second.pid).reverse()) kill(pid)
  const dead = await wallOf(salt('*', 'test.ping', '-t', '3'), deadRounds)
  return {
    'salt-call': seconds(call),
    'salt-ping': seconds(ping),
    calls: `${calls.toFixed(1)} /s`,
    'command-rate': `${commands.toFixed(1)} /s`,
    publish: `${publishes.toFixed(0)} /s`,
    'minion-pss': `${minionPss.toFixed(0)} MiB`,
    'master-pss': `${masterPss.toFixed(0)} MiB with 1 minion`,
    'dead-minion': seconds(dead),
  }
}

/** The folder with Salt's programs. */
async function binaries() {
  const installed = (process.env.PATH ?? '')
    .split(':')
    .find((folder) => existsSync(join(folder, 'salt-master')))
  if (installed !== undefined) return installed
  const environment = join(cache, 'salt')
  const bin = join(environment, 'bin')
  if (existsSync(join(bin, 'salt-master'))) return bin
  mkdirSync(dirname(environment), { recursive: true })
  await run('python3', ['-m', 'venv', environment], { timeout: installLimitMs })
  await run(join(bin, 'pip'), ['install', '--quiet', ...parts], { timeout: installLimitMs })
  await run(join(bin, 'pip'), ['install', '--quiet', release], { timeout: installLimitMs })
  return bin
}

async function configure(directory) {
  const [publish, ret] = await freePorts(2)
  const ports = { interface: '127.0.0.1', publish_port: publish, ret_port: ret, auto_accept: true }
  const minion = { master: '127.0.0.1', master_port: ret, publish_port: publish }
  return {
    master: write(join(directory, 'master'), 'master', ports),
    m1: write(join(directory, 'm1'), 'minion', { id: 'm1', ...minion }),
    m2: write(join(directory, 'm2'), 'minion', { id: 'm2', ...minion }),
  }
}

/** Writes a configuration and returns its folder. */
function write(root, file, settings) {
  const folder = join(root, 'etc')
  mkdirSync(folder, { recursive: true })
  const below = (...names) => join(root, ...names)
  const own = {
    root_dir: root,
    pki_dir: below('pki'),
    cachedir: below('cache'),
    sock_dir: below('run'),
    pidfile: below('pid'),
    log_file: below('log'),
    user: process.env.USER ?? 'root',
  }
  const lines = Object.entries({ ...own, ...settings }).map(([key, value]) => `${key}: ${value}\n`)
  writeFileSync(join(folder, file), lines.join(''))
  return folder
}

function daemon(daemons, bin, program, config) {
  const child = spawn(join(bin, program), ['-c', config], { stdio: 'ignore' })
  daemons.push(child)
  return child
}

async function pings(bin, place, id) {
  const args = ['-c', place.master, id, 'test.ping', '--out', 'json', '-t', '2']
  const { stdout } = await run(join(bin, 'salt'), args).catch((error) => error)
  return /true/.test(stdout ?? '')
}

async function wallOf(command, rounds) {
  const walls = []
  for (let round = 0; round < rounds; round += 1) walls.push((await timeProcess(command)).wallMs)
  return median(walls)
}

function sumPss(pid) {
  return processTree(pid).reduce((sum, one) => sum + pssMiB(one), 0)
}

function seconds(ms) {
  return `${(ms / 1000).toFixed(3)} s`
}

function kill(pid) {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It ended by itself.
  }
}
