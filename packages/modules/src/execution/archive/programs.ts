// SPDX-License-Identifier: Apache-2.0
import { isTruthy, pythonStr, SaltError } from '@halite/core'
import { type ExecContext, failed } from '@halite/loader'
import { splitWords } from '../cmd/split-words.ts'
import { runWords, type WordsOptions, type WordsResult } from '../parts/run-words.ts'
import { namesOf } from './sources.ts'

interface UnzipArguments extends Around {
  readonly zip_file: string
  readonly dest: string
  readonly excludes: unknown
  readonly options: string | undefined
  readonly trim_output: unknown
  readonly password: string | undefined
}

/** `archive.cmd_unzip`. */
export async function runUnzip(ctx: ExecContext, args: UnzipArguments): Promise<readonly string[]> {
  const secret = args.password === undefined ? [] : ['-P', args.password]
  const options = args.options === undefined ? [] : splitWords(args.options)
  const left = namesOf(args.excludes)
  const cmd = [
    'unzip',
    ...secret,
    ...options,
    args.zip_file,
    '-d',
    args.dest,
    ...(left.length === 0 ? [] : ['-x', ...left]),
  ]
  const level = args.password === undefined ? 'debug' : 'quiet'
  const { retcode, stdout } = await run(ctx, cmd, { ...args, redirect_stderr: true, output_loglevel: level })
  if (retcode !== 0) throw new SaltError('COMMAND_FAILED', stdout)
  return trimmed(split(stdout), args.trim_output)
}

interface Around {
  readonly template?: string | undefined
  readonly cwd?: string | undefined
  readonly runas?: string | undefined
}

/** The lines that a program prints; the job has its return code. */
export async function linesOf(ctx: ExecContext, cmd: readonly string[], args: Around): Promise<unknown> {
  const { retcode, stdout } = await run(ctx, cmd, { ...args, redirect_stderr: true })
  return retcode === 0 ? split(stdout) : failed(split(stdout), retcode)
}

/** Runs a program that has to be there. */
export function run(
  ctx: ExecContext,
  cmd: readonly string[],
  args: Around & WordsOptions,
): Promise<WordsResult> {
  const [program = ''] = cmd
  if (ctx.which(program) === undefined)
    throw new SaltError('COMMAND_FAILED', `The ${program} binary could not be found`)
  const { cwd: directory, runas: user, template: engine, redirect_stderr, output_loglevel } = args
  return runWords(ctx, cmd, {
    cwd: directory,
    runas: user,
    template: engine,
    redirect_stderr,
    output_loglevel,
  })
}

/** The lines of an output. */
export function split(text: string): readonly string[] {
  return text === '' ? [] : text.split(/\r?\n/)
}

/** As many of the names as are asked for. */
export function trimmed(names: readonly string[], given: unknown): readonly string[] {
  if (!isTruthy(given ?? null)) return names
  return names.slice(0, given === true ? 100 : Number(pythonStr(given)))
}
