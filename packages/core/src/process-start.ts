// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, fork, spawn } from 'node:child_process'
import { type RunOptions, signalNumber, started } from './process-spawn.ts'

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
