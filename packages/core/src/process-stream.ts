// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, spawn } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { killTree } from './process-tree.ts'

export interface ProgramOptions {
  readonly cwd?: string
  /** The whole environment of the child; default: a copy of ours. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Aborting it kills the whole process tree. */
  readonly signal?: AbortSignal | undefined
  /** A program that writes nothing to stderr, where progress is reported, for so long is killed. Default: none is. */
  readonly idleMs?: number | undefined
}

/** How a program ended. */
export interface ProgramEnd {
  /** Exit code; 128 + 9 when it was killed. */
  readonly retcode: number
  /** The end of what it wrote to stderr, 64 KiB at most. */
  readonly stderr: string
  /** It was killed because it reported nothing for too long. */
  readonly isStalled: boolean
}

/** A program whose output is read as it comes. */
export interface RunningProgram {
  readonly stdin: Writable
  /** To be read to its end, or destroyed: the program waits for its reader. */
  readonly stdout: Readable
  /** Resolves when the program and its streams have ended; rejects with the system's error when it cannot be started. */
  readonly ended: Promise<ProgramEnd>
}

const maxStderrBytes = 64 * 1024

/** Starts a program without a shell, in a process group of its own. */
export function startProgram(argv: readonly string[], options: ProgramOptions = {}): RunningProgram {
  const [file = '', ...args] = argv
  const child = spawn(file, args, {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: options.env ?? process.env,
    detached: process.platform !== 'win32',
    windowsHide: true,
    stdio: 'pipe',
  })
  const ended = whenEnded(child, options)
  // Whoever reads the output first learns of a failed start from it, and then from here.
  ended.catch((error: Error) => child.stdout.destroy(error))
  // A child that ends without reading its input closes the pipe: its exit code says more.
  child.stdin.on('error', () => undefined)
  return { stdin: child.stdin, stdout: child.stdout, ended }
}

function whenEnded(child: ChildProcess, { signal, idleMs }: ProgramOptions): Promise<ProgramEnd> {
  let stderr = Buffer.alloc(0)
  let isStalled = false
  const kill = () => void killTree(child.pid, 'SIGKILL')
  const stall = () => {
    isStalled = true
    kill()
  }
  const timer = idleMs === undefined ? undefined : setTimeout(stall, idleMs)
  child.stderr?.on('data', (chunk: Buffer) => {
    timer?.refresh()
    stderr = Buffer.concat([stderr, chunk]).subarray(-maxStderrBytes)
  })
  return new Promise<ProgramEnd>((resolve, reject) => {
    signal?.addEventListener('abort', kill, { once: true })
    child.once('error', reject)
    child.once('close', (code) =>
      resolve({ retcode: code ?? 128 + 9, stderr: stderr.toString('utf8'), isStalled }),
    )
    if (signal?.aborted) kill()
  }).finally(() => {
    clearTimeout(timer)
    signal?.removeEventListener('abort', kill)
  })
}
