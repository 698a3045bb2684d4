// SPDX-License-Identifier: Apache-2.0
// A master and minions from bin/ in a temporary directory, on loopback, for scripts that show or exercise them.
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { importSource } from './import-source.mjs'

const { freePorts } = await importSource('packages/testing/src/free-ports.ts')

const root = join(import.meta.dirname, '..')
const waitLimitMs = 20_000

/** Programs of one temporary directory. Call `stop` in the end. */
export class Fleet {
  directory = mkdtempSync(join(tmpdir(), 'halite-'))
  #minions
  #retPort
  #env
  #daemons = []

  /** `env` is added to the environment of every program. */
  constructor({ minions, env = {} }) {
    this.#minions = minions
    this.#env = env
  }

  get pids() {
    return this.#daemons.map(({ child }) => child.pid)
  }

  /** Starts all daemons; resolves once the minions' keys wait for acceptance. */
  async start() {
    const [publishPort, retPort] = await freePorts(2)
    this.#retPort = retPort
    this.#configure('master', 'master', {
      publish_port: publishPort,
      ret_port: retPort,
      interface: '127.0.0.1',
    })
    for (const id of this.#minions) {
      this.#configure(id, 'minion', { id, master: '127.0.0.1', master_port: retPort })
    }
    this.#daemon('salt-master', 'master')
    for (const id of this.#minions) this.#daemon('salt-minion', id)
    await this.#namesAll('all keys wait for acceptance', 'salt-key', ['-l', 'un'])
  }

  /** Resolves once all minions are connected. */
  connected() {
    return this.#namesAll('all minions are connected', 'salt-run', ['manage.up'])
  }

  /** Ends the master as a service manager does, and starts it again. */
  async restartMaster() {
    const master = this.#daemons.findIndex(({ program }) => program === 'salt-master')
    const [daemon] = this.#daemons.splice(master, 1)
    daemon.stopping = true
    daemon.child.kill('SIGTERM')
    await ended(daemon)
    this.#daemon('salt-master', 'master')
  }

  /** What a minion with a directory of its own, started by somebody else, needs to find the master. */
  minionSettings(directory) {
    return { root_dir: directory, log_level: 'warning', master: '127.0.0.1', master_port: this.#retPort }
  }

  /** The configuration directory of the master or of a minion. */
  configOf(name) {
    return join(this.directory, name, 'etc')
  }

  /** Runs a tool and resolves to what it printed and its exit code. */
  tool(program, args, { config = this.configOf('master') } = {}) {
    const child = spawn(process.execPath, [join(root, 'bin', program), '-c', config, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...this.#env },
    })
    const printed = { stdout: '', stderr: '' }
    for (const name of ['stdout', 'stderr']) {
      child[name].on('data', (chunk) => {
        printed[name] += chunk
      })
    }
    return new Promise((resolve, reject) => {
      child.once('error', reject)
      child.once('close', (code) => resolve({ code, ...printed }))
    })
  }

  /** Lets the daemons outlive this process. */
  release() {
    for (const { child } of this.#daemons) child.unref()
  }

  /** Ends the daemons and removes the directory. */
  async stop() {
    for (const daemon of this.#daemons) {
      daemon.stopping = true
      daemon.child.kill('SIGTERM')
    }
    await Promise.all(this.#daemons.map(ended))
    rmSync(this.directory, { recursive: true, force: true })
  }

  /** What the daemons logged, by who they are. */
  logs() {
    return this.#daemons.flatMap(({ program, name }) => {
      const log = join(this.directory, name, 'var/log/salt', program.slice('salt-'.length))
      try {
        const text = readFileSync(log, 'utf8')
        return text === '' ? [] : [`${program} of ${name}:\n${text}`]
      } catch {
        // It ended before it had a log.
        return []
      }
    })
  }

  #configure(name, file, options) {
    const settings = { root_dir: join(this.directory, name), log_level: 'warning', ...options }
    mkdirSync(this.configOf(name), { recursive: true })
    const lines = Object.entries(settings).map(([key, value]) => `${key}: ${value}\n`)
    writeFileSync(join(this.configOf(name), file), lines.join(''))
  }

  #daemon(program, name) {
    const child = spawn(process.execPath, [join(root, 'bin', program), '-c', this.configOf(name)], {
      stdio: ['ignore', 'ignore', 'ignore'],
      env: { ...process.env, ...this.#env },
    })
    const daemon = { program, name, child, stopping: false, exited: false }
    child.once('exit', (code) => {
      daemon.exited = true
      if (!daemon.stopping) console.error(`${program} of ${name} ended with code ${code}`)
    })
    this.#daemons.push(daemon)
  }

  async #namesAll(what, program, words) {
    const endMs = performance.now() + waitLimitMs
    while (performance.now() < endMs) {
      const { stdout } = await this.tool(program, [...words, '--out', 'json'])
      if (this.#minions.every((id) => stdout.includes(`"${id}"`))) return
      const over = this.#daemons.find((daemon) => daemon.exited)
      if (over) throw new Error(`${over.program} of ${over.name} ended`)
      await delay(100)
    }
    throw new Error(`it did not come true that ${what}`)
  }
}

/** Has a script that is interrupted, or whose terminal is closed, tidy up first. */
export function onSignals(tidy) {
  for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'])
    process.once(signal, () => void tidy().finally(() => process.exit(128 + constants.signals[signal])))
}

async function ended(daemon) {
  if (daemon.exited) return
  const exit = new Promise((resolve) => daemon.child.once('exit', resolve))
  const hard = setTimeout(() => daemon.child.kill('SIGKILL'), 5000)
  await exit
  clearTimeout(hard)
}
