// SPDX-License-Identifier: Apache-2.0
import { setTimeout as delay } from 'node:timers/promises'
import { SaltError } from '@halite/core'
import type { ExecContext, TextResult } from '@halite/loader'

/** Nobody is there to answer questions. */
const unattended = {
  APT_LISTBUGS_FRONTEND: 'none',
  APT_LISTCHANGES_FRONTEND: 'none',
  DEBIAN_FRONTEND: 'noninteractive',
  UCF_FORCE_CONFFOLD: '1',
}

/** How often a program is run again that another one keeps from its lock; the pauses double. */
const lockRetries = 10

export interface ProgramOptions {
  readonly stdin?: string
  /** What is added to the environment. */
  readonly env?: Readonly<Record<string, string>>
  readonly maxOutputBytes?: number
}

/** Runs a program of apt or dpkg; its words are in English. Waits while another one holds the lock. */
export async function runProgram(
  ctx: ExecContext,
  argv: readonly string[],
  { env, ...options }: ProgramOptions = {},
): Promise<TextResult> {
  const environment = { ...process.env, ...unattended, LC_ALL: 'C', LANGUAGE: 'C', ...env }
  for (let retry = 1; ; retry += 1) {
    const result = await ctx.run.text(argv, { ...options, env: environment })
    if (!result.stderr.includes('Could not get lock') || retry > lockRetries) return complete(argv, result)
    ctx.log.warning(`${argv[0]} waits for the lock of another program, ${retry}/${lockRetries}`)
    await delay(2 ** retry * 1000, undefined, { signal: ctx.signal })
  }
}

/**
 * The same for what installs or removes: where systemd runs, in a scope of its own, so that a restart of the minion's service
 * does not end it. The option `systemd.scope` turns that off.
 */
export async function runChange(
  ctx: ExecContext,
  argv: readonly string[],
  options: ProgramOptions = {},
): Promise<TextResult> {
  return runProgram(ctx, [...(await scopeWords(ctx)), ...argv], options)
}

/** What a program prints. Rejects with COMMAND_FAILED, and its words, when it fails. */
export async function outputOf(
  ctx: ExecContext,
  argv: readonly string[],
  options: ProgramOptions = {},
): Promise<string> {
  const result = await runProgram(ctx, argv, options)
  if (result.retcode === 0) return result.stdout
  throw new SaltError('COMMAND_FAILED', wordsOf(result))
}

/** A format of `dpkg-query` and `dpkg-deb`: these fields of a package. */
export function showFormat(fields: readonly string[], { between = ' ', end = '\\n' } = {}): string {
  return `--showformat=${fields.map((field) => `\${${field}}`).join(between)}${end}`
}

/** What a program says of its failure. */
export function wordsOf({ stdout, stderr, retcode }: TextResult): string {
  return stderr || stdout || `exit code ${retcode}`
}

function complete(argv: readonly string[], result: TextResult): TextResult {
  if (!result.truncated) return result
  throw new SaltError('COMMAND_FAILED', `${argv.join(' ')} printed more than can be kept`)
}

async function scopeWords(ctx: ExecContext): Promise<readonly string[]> {
  if (!(await ctx.fs.exists('/run/systemd/system'))) return []
  const program = ctx.which('systemd-run')
  if (program === undefined || ctx.options['systemd.scope'] === false) return []
  return [program, '--scope', '--quiet', '--description', 'salt packages', '--']
}
