// SPDX-License-Identifier: Apache-2.0
import { processStart, type RunOptions, type RunResult, SaltError, textDecoder } from '@halite/core'
import type { Leftovers } from '../context.ts'
import type { BackgroundOptions, Machine } from '../machine.ts'
import { type Made, made } from './service.ts'

/** What a program printed, as text without the line breaks at its end. */
export interface TextResult extends Omit<RunResult, 'stdout' | 'stderr'> {
  readonly stdout: string
  readonly stderr: string
}

/** How the output of a program becomes text. */
export interface TextOptions extends RunOptions {
  /** Default UTF-8. */
  readonly encoding?: string
  /** Exit codes that are no failure; default 0 alone. Used by `output` and `lines`. */
  readonly accept?: readonly number[]
}

/** Runs programs, never through a shell; they are killed with the job. */
export interface RunPrograms {
  /** Resolves for every exit code; rejects with the system's error when the program cannot be started. */
  (argv: readonly string[], options?: RunOptions): Promise<RunResult>
  /** The same with text. */
  text(argv: readonly string[], options?: TextOptions): Promise<TextResult>
  /** What it prints to standard output. Rejects with `COMMAND_FAILED` when it cannot be started, fails or takes too long. */
  output(argv: readonly string[], options?: TextOptions): Promise<string>
  /** The lines of `output`; none when it prints nothing. */
  lines(argv: readonly string[], options?: TextOptions): Promise<readonly string[]>
  /** Starts a program that outlives the job. Resolves to its pid. */
  background(argv: readonly string[], options?: BackgroundOptions): Promise<number>
}

/** The service `run`. */
export const runService: Made<RunPrograms> = made<RunPrograms>(({ ctx, machine }) =>
  programRunner(ctx, machine),
)

/** What runs programs for a job: they end when its signal aborts, and are noted as long as they run. */
export function programRunner(
  ctx: { readonly signal: AbortSignal; readonly leftovers: Leftovers },
  machine: Pick<Machine, 'run' | 'start'>,
): RunPrograms {
  const run = (argv: readonly string[], options?: RunOptions) =>
    noted(ctx.leftovers, options?.mark ?? nextMark(), (onStart, mark) =>
      machine.run(argv, { signal: ctx.signal, onStart, ...options, mark }),
    )
  const text: RunPrograms['text'] = (argv, options) => textOf(run, argv, options)
  const output: RunPrograms['output'] = (argv, options) => outputOf(text, argv, options)
  return Object.assign(run, {
    text,
    output,
    lines: async (argv: readonly string[], options?: TextOptions) => {
      const printed = await output(argv, options)
      return printed === '' ? [] : printed.split(/\r?\n/)
    },
    background: (argv: readonly string[], options?: BackgroundOptions) => machine.start(argv, options),
  })
}

/**
 * A program that runs is noted: when our process is killed, it is nobody's child any more. It is noted by its mark before it
 * is started, as our process may be killed before it hears of the process id, and by that from then on: a daemon that it
 * leaves running on purpose has the mark as well.
 */
async function noted(
  leftovers: Leftovers,
  mark: string,
  run: (onStart: (pid: number) => void, mark: string) => Promise<RunResult>,
): Promise<RunResult> {
  let takeBack = mark === '' ? undefined : leftovers.note({ kind: 'start', mark })
  try {
    return await run((pid) => {
      const isStarted = takeBack
      takeBack = leftovers.note({ kind: 'program', pid, started: processStart(pid) })
      isStarted?.()
    }, mark)
  } finally {
    takeBack?.()
  }
}

let marks = 0
let ownMark: string | undefined

/** None where processes cannot be found by it. */
function nextMark(): string {
  if (process.platform !== 'linux') return ''
  ownMark ??= `${process.pid}-${processStart(process.pid)}`
  marks += 1
  return `${ownMark}-${marks}`
}

type Runner = (argv: readonly string[], options?: RunOptions) => Promise<RunResult>

async function textOf(
  run: Runner,
  argv: readonly string[],
  { encoding, accept: _, ...options }: TextOptions = {},
): Promise<TextResult> {
  const decode = await textDecoder(encoding)
  const result = await run(argv, options)
  return { ...result, stdout: withoutEnd(decode(result.stdout)), stderr: withoutEnd(decode(result.stderr)) }
}

async function outputOf(
  text: RunPrograms['text'],
  argv: readonly string[],
  options: TextOptions = {},
): Promise<string> {
  const { accept = [0], timeoutMs } = options
  const shown = argv.join(' ')
  const result = await text(argv, options).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new SaltError('COMMAND_FAILED', `${shown} could not be run: ${reason}`, { cause })
  })
  if (result.timedOut) throw new SaltError('COMMAND_FAILED', `${shown} took longer than ${timeoutMs} ms`)
  if (accept.includes(result.retcode)) return result.stdout
  const words = result.stderr || result.stdout
  throw new SaltError(
    'COMMAND_FAILED',
    `${shown} failed with code ${result.retcode}${words && `: ${words}`}`,
    {
      data: { retcode: result.retcode },
    },
  )
}

function withoutEnd(text: string): string {
  return text.replace(/(?:\r?\n)+$/, '')
}
