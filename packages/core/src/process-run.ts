// SPDX-License-Identifier: Apache-2.0
import type { ChildProcess } from 'node:child_process'
import { findProgram } from './find-program.ts'
import { endingSignalOf } from './job-end.ts'
import { Output } from './process-output.ts'
import { type RunOptions, signalNumber, started } from './process-spawn.ts'
import { killTree } from './process-tree.ts'

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
    const expire = () => {
      timedOut = true
      killTree(child.pid, 'SIGKILL')
    }
    const timer = options.timeoutMs === undefined ? undefined : setTimeout(expire, options.timeoutMs)
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
