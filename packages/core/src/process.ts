// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, fork, type SpawnOptions, spawn } from 'node:child_process'
import { findProgram } from './find-program.ts'
import { endingSignalOf } from './job-end.ts'
import { killTree } from './process-tree.ts'
import { programMark } from './program-mark.ts'
import { type BatchStart, batchStart } from './windows-batch.ts'

export interface RunOptions {
  readonly cwd?: string
  /** The whole environment of the child; default: a copy of ours. */
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly stdin?: string | Uint8Array
  /** After this many milliseconds the whole process tree is killed and `timedOut` is set. */
  readonly timeoutMs?: number
  /** Aborting it ends the whole process tree: with SIGTERM when the reason asks for that (`jobEnd`), else with SIGKILL. */
  readonly signal?: AbortSignal
  /** Called once the child runs, before anything of it is known. */
  readonly onStart?: (pid: number) => void
  /** Set in the environment of the child, so that it is found by it (`processesMarked`). Default, and '': none. */
  readonly mark?: string
  /** Put what the child writes to stderr into `stdout`, in the order it was written. */
  readonly mergeStderr?: boolean
  readonly uid?: number
  readonly gid?: number
  /** Windows: pass the arguments as they stand, without quoting (what `cmd.exe /c` needs). */
  readonly verbatimArguments?: boolean
  /** Collect nothing: what it leaves running then holds no pipe that we would wait for. */
  readonly noOutput?: boolean
  /** Bytes kept of each stream; the rest is dropped and `truncated` is set. Default 64 MiB. */
  readonly maxOutputBytes?: number
}

export interface RunResult {
  readonly pid: number
  /** Exit code; 128 + number when a signal ended it, as a shell reports. */
  readonly retcode: number
  readonly stdout: Buffer
  readonly stderr: Buffer
  readonly timedOut: boolean
  readonly truncated: boolean
}

const defaultMaxOutputBytes = 64 * 1024 * 1024

/**
 * Runs a program without a shell and collects what it prints. The child leads its own process group, so that killing it
 * takes its descendants along. Resolves for every exit code; rejects with the system's error when it cannot be started.
 */
export async function run(argv: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  if (argv.length === 0) throw new TypeError('run: argv is empty')
  return collect(started(options.mergeStderr ? withOneStream(argv, options) : argv, options), options)
}

function started(argv: readonly string[], options: RunOptions, more: SpawnOptions = {}): ChildProcess {
  const start = batchOf(argv, options) ?? { argv, verbatimArguments: options.verbatimArguments ?? false }
  const [file = '', ...args] = start.argv
  return spawn(file, args, { ...spawnOptions(file, { ...options, ...start }), ...more })
}

/** Windows starts no batch file as a program. */
function batchOf(argv: readonly string[], { verbatimArguments }: RunOptions): BatchStart | undefined {
  return process.platform === 'win32' && !verbatimArguments ? batchStart(argv) : undefined
}

/**
 * Two pipes lose the order between them, and Node cannot hand one pipe over twice: a shell does, and then becomes the
 * program, so that the pid stays the same. A program that does not exist is left for `spawn` to report. On Windows,
 * which has no such shell, the order between the streams is only about right.
 */
function withOneStream(argv: readonly string[], { env, cwd }: RunOptions): readonly string[] {
  const exists = findProgram(argv[0] ?? '', { path: (env ?? process.env).PATH, cwd }) !== undefined
  if (process.platform === 'win32' || !exists) return argv
  return ['/bin/sh', '-c', 'exec "$@" 2>&1', 'sh', ...argv]
}

function spawnOptions(file: string, options: RunOptions): SpawnOptions {
  const output = options.noOutput ? 'ignore' : 'pipe'
  // A program that reads its own command line finds the end of its name by quotes.
  const isQuoted = options.verbatimArguments && process.platform === 'win32' && file.includes(' ')
  return {
    ...(isQuoted ? { argv0: `"${file}"` } : {}),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.uid === undefined ? {} : { uid: options.uid }),
    ...(options.gid === undefined ? {} : { gid: options.gid }),
    windowsVerbatimArguments: options.verbatimArguments ?? false,
    env: environmentFor(options),
    detached: process.platform !== 'win32',
    windowsHide: true,
    stdio: [options.stdin === undefined ? 'ignore' : 'pipe', output, output],
  }
}

function environmentFor({ env = process.env, mark }: RunOptions): NodeJS.ProcessEnv {
  return mark ? { ...env, [programMark]: mark } : env
}

function collect(child: ChildProcess, options: RunOptions): Promise<RunResult> {
  const out = new Output(options.maxOutputBytes ?? defaultMaxOutputBytes)
  const err = options.mergeStderr ? out : new Output(options.maxOutputBytes ?? defaultMaxOutputBytes)
  child.stdout?.on('data', (chunk: Buffer) => out.add(chunk))
  child.stderr?.on('data', (chunk: Buffer) => err.add(chunk))
  // A child that ends without reading its input closes the pipe: not an error of the run.
  child.stdin?.on('error', () => undefined)
  child.stdin?.end(options.stdin)
  return new Promise((resolve, reject) => {
    let timedOut = false
    const kill = () => killTree(child.pid, 'SIGKILL')
    const timer =
      options.timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            timedOut = true
            kill()
          }, options.timeoutMs)
    const end = () => killTree(child.pid, endingSignalOf(options.signal?.reason))
    const settle = () => {
      clearTimeout(timer)
      options.signal?.removeEventListener('abort', end)
    }
    options.signal?.addEventListener('abort', end, { once: true })
    if (child.pid !== undefined) options.onStart?.(child.pid)
    child.once('error', (error) => {
      settle()
      reject(error)
    })
    child.once('close', (code, signal) => {
      settle()
      resolve({
        pid: child.pid ?? 0,
        retcode: code ?? 128 + signalNumber(signal),
        stdout: out.bytes(),
        stderr: options.mergeStderr ? Buffer.alloc(0) : err.bytes(),
        timedOut,
        truncated: out.truncated || err.truncated,
      })
    })
    if (options.signal?.aborted) end()
  })
}

class Output {
  truncated = false
  #chunks: Buffer[] = []
  #length = 0
  readonly #limit: number

  constructor(limit: number) {
    this.#limit = limit
  }

  add(chunk: Buffer): void {
    const room = this.#limit - this.#length
    if (chunk.length > room) this.truncated = true
    if (room <= 0) return
    const kept = chunk.subarray(0, room)
    this.#chunks.push(kept)
    this.#length += kept.length
  }

  bytes(): Buffer {
    return Buffer.concat(this.#chunks)
  }
}

function signalNumber(signal: NodeJS.Signals | null): number {
  const numbers: Partial<Record<NodeJS.Signals, number>> = {
    SIGHUP: 1,
    SIGINT: 2,
    SIGQUIT: 3,
    SIGABRT: 6,
    SIGKILL: 9,
    SIGSEGV: 11,
    SIGPIPE: 13,
    SIGTERM: 15,
  }
  return signal === null ? 0 : (numbers[signal] ?? 0)
}

export interface NodeChildOptions {
  /** The module finds them behind its path in `process.argv`. */
  readonly args?: readonly string[]
  /** Added to a copy of our environment; undefined takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Options of Node itself; default none, also when we were started with some. */
  readonly execArgv?: readonly string[]
}

/**
 * Starts a Node module as a child that leads its own process group and speaks typed messages (structured clone).
 * Its stdout and stderr are pipes.
 */
export function startNodeChild(module: string, options: NodeChildOptions = {}): ChildProcess {
  return fork(module, [...(options.args ?? [])], {
    serialization: 'advanced',
    detached: process.platform !== 'win32',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    execArgv: [...(options.execArgv ?? [])],
    env: { ...process.env, ...options.env },
  })
}

export interface DetachedOptions {
  /** Default: our own working directory. */
  readonly cwd?: string
  /** Added to a copy of our environment; undefined takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>
}

/**
 * Starts Node with these arguments, the first being the module, so that it outlives us: no terminal, no open streams.
 * Resolves to its pid once it runs; rejects with the system's error when it cannot be started.
 */
export function startDetached(argv: readonly string[], options: DetachedOptions = {}): Promise<number> {
  const child = spawn(process.execPath, [...argv], {
    detached: true,
    stdio: 'ignore',
    windowsHide: true,
    env: { ...process.env, ...options.env },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  })
  return whenSpawned(child)
}

/** A program that has our terminal and our streams. */
export interface ForegroundProgram {
  readonly pid: number
  /** Resolves to its exit code once it has ended; to 128 and the number of the signal that ended it. */
  readonly ended: Promise<number>
}

/**
 * Starts a program in our place: it reads and writes what we do, and a signal of the terminal reaches both. Rejects with the
 * system's error when it cannot be started.
 */
export async function startForeground(argv: readonly string[]): Promise<ForegroundProgram> {
  if (argv.length === 0) throw new TypeError('startForeground: argv is empty')
  const child = started(argv, {}, { stdio: 'inherit', detached: false, windowsHide: false })
  const ended = new Promise<number>((resolve) =>
    child.once('exit', (code, signal) => resolve(code ?? 128 + signalNumber(signal))),
  )
  await new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('spawn', resolve)
  })
  return { pid: child.pid ?? 0, ended }
}

/**
 * Starts a program that outlives us, with no terminal and no open streams, in a process group of its own.
 * Resolves to its pid once it runs; rejects with the system's error when it cannot be started.
 */
export async function startBackground(
  argv: readonly string[],
  options: Omit<RunOptions, 'stdin' | 'timeoutMs' | 'signal' | 'mergeStderr' | 'maxOutputBytes'> = {},
): Promise<number> {
  if (argv.length === 0) throw new TypeError('startBackground: argv is empty')
  return whenSpawned(started(argv, options, { detached: true, stdio: 'ignore' }))
}

function whenSpawned(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('spawn', () => {
      child.unref()
      resolve(child.pid ?? 0)
    })
  })
}
