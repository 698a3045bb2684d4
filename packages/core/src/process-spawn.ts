// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
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

/** Spawns a program without a shell, as the options say. It leads its own process group. */
export function started(argv: readonly string[], options: RunOptions, more: SpawnOptions = {}): ChildProcess {
  const start = batchOf(argv, options) ?? { argv, verbatimArguments: options.verbatimArguments ?? false }
  const [file = '', ...args] = start.argv
  return spawn(file, args, { ...spawnOptions(file, { ...options, ...start }), ...more })
}

/** Windows starts no batch file as a program. */
function batchOf(argv: readonly string[], { verbatimArguments }: RunOptions): BatchStart | undefined {
  return process.platform === 'win32' && !verbatimArguments ? batchStart(argv) : undefined
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

/** The number of a signal; 0 for none. */
export function signalNumber(signal: NodeJS.Signals | null): number {
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
