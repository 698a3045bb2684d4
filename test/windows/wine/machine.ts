// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import {
  closeSync,
  cpSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { dumpYaml, run } from '@halite/core'
import { until } from '@halite/testing'
import { clonePrefix, installMinion } from './install.ts'
import { type Kit, wineEnvironment } from './prepare.ts'

type Config = Readonly<Record<string, unknown>>

/** What a program left behind. `code` is the low byte of its exit code: Linux hands on no more. */
export interface ProgramResult {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  readonly ms: number
}

const programMs = 180_000
const stopMs = 15_000
/** After its last program. */
const onSeconds = 60
/** Where the minion is installed, with a blank in its path as on most machines. */
export const installation = 'C:\\Program Files\\Salt Project\\Salt'
const configDir = 'C:\\salt\\conf'
/** Written when the minion is ready. */
const pidFile = 'C:\\salt\\var\\run\\salt-minion.pid'

/**
 * A computer with Windows that nobody else uses: a prefix of Wine with our minion, whose configuration is in
 * `C:\salt\conf`. Closing it ends every process on it and removes it.
 */
export class WindowsMachine implements AsyncDisposable {
  readonly #prefix: string
  #minion: ChildProcess | undefined
  #runs = 0

  private constructor(prefix: string, minionCommand: WindowsMachine['minionCommand']) {
    this.#prefix = prefix
    this.minionCommand = minionCommand
  }

  /** Makes a machine; `config` goes into the file `minion`. */
  static make(kit: Kit, config: Config): WindowsMachine {
    const command = [`${installation}\\node.exe`, `${installation}\\bin\\salt-minion`] as const
    const machine = new WindowsMachine(clonePrefix(kit), command)
    installMinion(kit, machine.path(installation))
    machine.#stayOn()
    machine.configure(config)
    return machine
  }

  /** Makes a machine with a frozen release, unpacked in `tree`, in place of the minion. */
  static frozen(kit: Kit, tree: string, config: Config): WindowsMachine {
    const machine = new WindowsMachine(clonePrefix(kit), [`${installation}\\salt-minion.cmd`])
    cpSync(tree, machine.path(installation), { recursive: true })
    machine.#stayOn()
    machine.configure(config)
    return machine
  }

  /**
   * Where a file of the machine lies for us: `C:\salt\conf` → `<prefix>/drive_c/salt/conf`, and shares of other machines where Wine looks for
   * them. Case counts here.
   */
  path(windowsPath: string): string {
    if (windowsPath.startsWith('\\\\'))
      return join(this.#prefix, 'dosdevices', 'unc', ...windowsPath.slice(2).split('\\'))
    const [drive = '', ...names] = windowsPath.split('\\')
    if (drive.toUpperCase() !== 'C:') throw new Error(`${windowsPath} is not on drive C`)
    return join(this.#prefix, 'drive_c', ...names)
  }

  read(windowsPath: string): string {
    return readFileSync(this.path(windowsPath), 'utf8')
  }

  write(windowsPath: string, content: string | Uint8Array): void {
    const path = this.path(windowsPath)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, content)
  }

  /** Replaces the configuration of the minion. */
  configure(config: Config): void {
    this.write(`${configDir}\\minion`, dumpYaml({ log_level: 'warning', ...config }))
  }

  /** `salt-call` with these words. */
  call(...words: string[]): Promise<ProgramResult> {
    return this.run(`${installation}\\node.exe`, `${installation}\\bin\\salt-call`, ...words)
  }

  /** `salt-call --local --out=json`, as the value it returned. */
  async local(...words: string[]): Promise<unknown> {
    const { stdout, stderr } = await this.call('--local', '--out=json', ...words)
    try {
      return (JSON.parse(stdout) as { local: unknown }).local
    } catch {
      throw new Error(`salt-call ${words.join(' ')} printed no return: ${stdout}${stderr}`)
    }
  }

  /** Runs any program of the machine. */
  async run(...argv: readonly [string, ...string[]]): Promise<ProgramResult> {
    this.#runs += 1
    const [out, err] = ['out', 'err'].map((name) => join(this.#prefix, `${name}-${this.#runs}`)) as [
      string,
      string,
    ]
    const startMs = performance.now()
    const child = this.#start(argv, [out, err])
    const timer = setTimeout(() => child.kill('SIGKILL'), programMs)
    const code = await new Promise<number>((resolve, reject) => {
      child.once('error', reject)
      child.once('exit', (status) => resolve(status ?? -1))
    }).finally(() => clearTimeout(timer))
    const ms = performance.now() - startMs
    return { code, stdout: readFileSync(out, 'utf8'), stderr: readFileSync(err, 'utf8'), ms }
  }

  /** The words that start the minion. */
  readonly minionCommand: readonly [string, ...string[]]

  /** Starts the minion; resolves when it is ready. */
  async startMinion(): Promise<void> {
    const output = this.path('C:\\salt\\minion-output')
    rmSync(this.path(pidFile), { force: true })
    const child = this.#start(this.minionCommand, [output, output])
    this.#minion = child
    const isReady = () => this.#readIfThere(pidFile) !== ''
    await until('the minion on Windows is ready', () => child.exitCode !== null || isReady(), 30_000)
    if (child.exitCode !== null)
      throw new Error(`salt-minion ended with ${child.exitCode}: ${this.minionOutput()}`)
  }

  /** Ends the minion as Ctrl-C does. Resolves to its exit code; null when it had to be killed. */
  async stopMinion(): Promise<number | null> {
    const child = this.#minion
    this.#minion = undefined
    if (child === undefined || child.exitCode !== null) return child?.exitCode ?? null
    const timer = setTimeout(() => child.kill('SIGKILL'), stopMs)
    child.kill('SIGINT')
    const code = await new Promise<number | null>((resolve) => child.once('exit', resolve))
    clearTimeout(timer)
    return code
  }

  /** Ends the minion as a crash does. */
  async killMinion(): Promise<void> {
    const child = this.#minion
    this.#minion = undefined
    if (child === undefined || child.exitCode !== null) return
    child.kill('SIGKILL')
    await new Promise((resolve) => child.once('exit', resolve))
  }

  /** What stands in the log of the minion. */
  minionLog(): string {
    return this.#readIfThere('C:\\salt\\var\\log\\salt\\minion')
  }

  /** What the minion wrote to its terminal. */
  minionOutput(): string {
    return this.#readIfThere('C:\\salt\\minion-output')
  }

  /** Numbers that Linux gives the processes of Node on the machine, sorted. */
  nodeProcesses(): number[] {
    const isOurs = (pid: string) =>
      readProcess(pid, 'environ').split('\0').includes(`WINEPREFIX=${this.#prefix}`) &&
      /node\.exe/.test(readProcess(pid, 'cmdline').split('\0')[0] ?? '')
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
    return pids
      .filter(isOurs)
      .map(Number)
      .sort((one, other) => one - other)
  }

  async close(): Promise<void> {
    await this.stopMinion()
    const env = { ...process.env, ...wineEnvironment(this.#prefix) }
    await run(['wineserver', '-k'], { env, timeoutMs: stopMs })
    await run(['wineserver', '-w'], { env, timeoutMs: stopMs })
    rmSync(this.#prefix, { recursive: true, force: true, maxRetries: 3 })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  /** A machine without a program is off for Wine: what its registry keeps until the next start would be gone. */
  #stayOn(): void {
    const env = { ...process.env, ...wineEnvironment(this.#prefix) }
    execFileSync('wineserver', [`-p${onSeconds}`], { env, stdio: 'ignore' })
  }

  /** Node for Windows cannot write to pipes of Linux, so what it prints goes to files. */
  #start(
    [program, ...args]: readonly [string, ...string[]],
    [out, err]: readonly [string, string],
  ): ChildProcess {
    const outputs = [openSync(out, 'w'), openSync(err, 'a')]
    try {
      const env = { ...process.env, NO_COLOR: '1', ...wineEnvironment(this.#prefix) }
      return spawn('wine', [program, ...args], { env, stdio: ['ignore', ...outputs], cwd: this.path('C:') })
    } finally {
      for (const descriptor of outputs) closeSync(descriptor)
    }
  }

  #readIfThere(windowsPath: string): string {
    try {
      return this.read(windowsPath)
    } catch {
      return ''
    }
  }
}

/** A file of a process; empty once it has ended. */
function readProcess(pid: string, name: string): string {
  try {
    return readFileSync(join('/proc', pid, name), 'utf8')
  } catch {
    return ''
  }
}
