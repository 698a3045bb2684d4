// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { LocalClient } from '@halite/client'
import { dumpYaml, loadOptions, type MasterOptions, type MinionOptions, run } from '@halite/core'
import { DaemonProcess } from './daemon-process.ts'
import { freePorts } from './free-ports.ts'
import { toolPath } from './repository.ts'
import { removeTemporaryDirectory, temporaryDirectory } from './temporary-directory.ts'
import { until } from './until.ts'

type Config = Readonly<Record<string, unknown>>

export interface ProcessClusterOptions {
  readonly minions: readonly string[]
  /** Further lines of the configuration file `master`. */
  readonly masterConfig?: Config
  /** Further lines of the configuration files `minion`. */
  readonly minionConfig?: Config
  /** Whether the daemons are started; default true. */
  readonly start?: boolean
}

/** What a tool left behind. */
export interface ToolResult {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  /** How long it took. */
  readonly ms: number
}

export interface ToolOptions {
  /** What it reads from standard input. */
  readonly stdin?: string
  readonly env?: Readonly<Record<string, string | undefined>>
  /** After this long it is killed; default 30 s. */
  readonly timeoutMs?: number
}

interface Place {
  readonly configDir: string
  readonly daemon: DaemonProcess
}

const defaultToolMs = 30_000

/** A master and minions as processes of their own, started from `bin/` as a person would. Whoever starts it closes it. */
export class ProcessCluster implements AsyncDisposable {
  readonly directory: string
  readonly ports: { readonly publish: number; readonly ret: number }
  readonly #master: Place
  readonly #minions = new Map<string, Place>()
  readonly #minionConfig: Config

  /** Made by `startProcesses`. */
  constructor(directory: string, [publish, ret]: readonly [number, number], options: ProcessClusterOptions) {
    const { masterConfig = {}, minionConfig = {}, minions } = options
    this.directory = directory
    this.ports = { publish, ret }
    this.#minionConfig = minionConfig
    const own = { interface: '127.0.0.1', publish_port: publish, ret_port: ret }
    this.#master = place('master', join(directory, 'master'), { ...own, ...masterConfig })
    for (const id of minions) this.addMinion(id)
  }

  get master(): DaemonProcess {
    return this.#master.daemon
  }

  /** The ids of its minions. */
  get ids(): string[] {
    return [...this.#minions.keys()]
  }

  /** The options the master reads from its files. */
  get masterOptions(): MasterOptions {
    return loadOptions('master', { configDir: this.#master.configDir }).options
  }

  /** The options a minion reads from its files. */
  minionOptions(id: string): MinionOptions {
    return loadOptions('minion', { configDir: this.#place(id).configDir }).options
  }

  /** The directory of configuration of `master`, or of a minion. */
  configDir(name: string): string {
    return name === 'master' ? this.#master.configDir : this.#place(name).configDir
  }

  minion(id: string): DaemonProcess {
    return this.#place(id).daemon
  }

  /** Gives a further minion its files; it is not started. */
  addMinion(id: string, config: Config = {}): DaemonProcess {
    const own = { id, master: '127.0.0.1', master_port: this.ports.ret }
    const made = place('minion', join(this.directory, id), { ...own, ...this.#minionConfig, ...config })
    this.#minions.set(id, made)
    return made.daemon
  }

  /** Runs a tool with the master's configuration, or the first minion's for `salt-call`; `-c` says otherwise. */
  run(tool: string, ...args: string[]): Promise<ToolResult> {
    return this.runWith({}, tool, ...args)
  }

  /** The same, with something on standard input, in the environment, or with a limit of its own. */
  async runWith(
    { stdin, env, timeoutMs }: ToolOptions,
    tool: string,
    ...args: string[]
  ): Promise<ToolResult> {
    const config = args.includes('-c') ? [] : ['-c', this.#configDirFor(tool)]
    const startMs = performance.now()
    const result = await run([process.execPath, toolPath(tool), ...config, ...args], {
      timeoutMs: timeoutMs ?? defaultToolMs,
      stdin: stdin ?? '',
      env: { ...process.env, NO_COLOR: '1', ...env },
    })
    return {
      code: result.retcode,
      stdout: result.stdout.toString('utf8'),
      stderr: result.stderr.toString('utf8'),
      ms: performance.now() - startMs,
    }
  }

  /** Ids of the keys in one state, as the files of the master say. */
  keys(state: 'minions' | 'minions_pre' | 'minions_rejected' | 'minions_denied'): string[] {
    return readdirSync(join(this.masterOptions.pki_dir, state))
      .filter((name) => !name.startsWith('.'))
      .sort()
  }

  /** Resolves once the keys of these minions, or of all, wait for acceptance. */
  async waitPending(ids: readonly string[] = this.ids): Promise<void> {
    await until(`keys of ${ids.join(', ')} pending`, () => isSubset(ids, this.keys('minions_pre')))
  }

  /** Accepts the key of every minion with `salt-key`, once they are there, and waits until all are connected. */
  async acceptAll(): Promise<void> {
    await this.waitPending()
    const { code, stderr } = await this.run('salt-key', '-y', '-A')
    if (code !== 0) throw new Error(`salt-key -y -A ended with ${code}: ${stderr}`)
    await this.waitConnected()
  }

  /** Resolves once the master has a session with each of these minions, or with all. */
  async waitConnected(ids: readonly string[] = this.ids, timeoutMs = 30_000): Promise<void> {
    await using client = new LocalClient({ options: this.masterOptions })
    const connected = async () => {
      const states = await client.connection.request('job_state', { jid: anyJid, ids })
      return (states as { connected: boolean }[]).every((state) => state.connected)
    }
    await until(`minions ${ids.join(', ')} connected`, connected, timeoutMs)
  }

  /** Starts the daemons; part of `startProcesses`. */
  async start(): Promise<void> {
    await this.master.start()
    await Promise.all([...this.#minions.values()].map(({ daemon }) => daemon.start()))
  }

  /** Ends the processes that were started here and removes the directory. */
  async close(): Promise<void> {
    await Promise.all([...this.#minions.values()].map(({ daemon }) => daemon.stop()))
    await this.master.stop()
    removeTemporaryDirectory(this.directory)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #configDirFor(tool: string): string {
    const [first] = this.#minions.values()
    const callsMinion = tool === 'salt-call' || tool === 'salt-minion'
    return callsMinion && first ? first.configDir : this.#master.configDir
  }

  #place(id: string): Place {
    const found = this.#minions.get(id)
    if (found === undefined) throw new Error(`there is no minion ${id}`)
    return found
  }
}

/** A jid that no job has: only what is said of the minions matters. */
const anyJid = '20200101000000000000'

/** Starts a master and minions as processes. Rejects, with nothing left running, when one of them does not get ready. */
export async function startProcesses(options: ProcessClusterOptions): Promise<ProcessCluster> {
  const [publish = 0, ret = 0] = await freePorts(2)
  const cluster = new ProcessCluster(temporaryDirectory('hp'), [publish, ret], options)
  try {
    if (options.start !== false) await cluster.start()
    return cluster
  } catch (error) {
    await cluster.close()
    throw error
  }
}

function place(role: 'master' | 'minion', root: string, config: Config): Place {
  const configDir = join(root, 'etc')
  mkdirSync(configDir, { recursive: true })
  const settings = { root_dir: root, log_level: 'warning', log_level_logfile: 'debug', ...config }
  writeFileSync(join(configDir, role), dumpYaml(settings))
  const { pidfile, log_file } = loadOptions(role, { configDir }).options
  const daemon = new DaemonProcess({
    program: `salt-${role}`,
    configDir,
    pidFile: pidfile,
    logFile: log_file,
  })
  return { configDir, daemon }
}

function isSubset(wanted: readonly string[], present: readonly string[]): boolean {
  return wanted.every((one) => present.includes(one))
}
