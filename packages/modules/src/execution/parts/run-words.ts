// SPDX-License-Identifier: Apache-2.0
import type { ExecContext } from '@halite/loader'

/** What a program returned. */
export interface WordsResult {
  readonly pid: number
  readonly retcode: number
  readonly stdout: string
  readonly stderr: string
}

/** How a program is run, by the arguments of `cmd.run_all`. */
export interface WordsOptions {
  readonly cwd?: string | undefined
  readonly runas?: string | undefined
  /** Password of that user, on Windows. */
  readonly password?: string | undefined
  readonly env?: Readonly<Record<string, string>> | undefined
  readonly template?: string | undefined
  readonly stdin?: string | undefined
  readonly redirect_stderr?: boolean | undefined
  readonly output_loglevel?: string | undefined
  readonly output_encoding?: string | undefined
  readonly ignore_retcode?: boolean | undefined
}

/** Runs words by `cmd.run_all`, as a user or in a directory where that is asked for; never through a shell. */
export async function runWords(
  ctx: ExecContext,
  words: readonly string[],
  options: WordsOptions = {},
): Promise<WordsResult> {
  // Its declared type is text: what is a list reaches no shell.
  const fun: string = 'cmd.run_all'
  const given = Object.entries(options).filter(([, value]) => value !== undefined)
  const call = { cmd: words, python_shell: false, ...Object.fromEntries(given) }
  return (await ctx.call(fun, call)) as WordsResult
}
