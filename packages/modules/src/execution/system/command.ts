// SPDX-License-Identifier: Apache-2.0
import { SaltError } from '@halite/core'
import { type ExecContext, type Failed, failed } from '@halite/loader'

/** Runs a program of the system, and gives what it prints; with its exit code as the retcode when it fails. */
export async function command(
  ctx: ExecContext,
  argv: readonly [string, ...string[]],
): Promise<string | Failed> {
  const { stdout, stderr, retcode } = await ctx.run.text(argv)
  const printed = [stdout, stderr]
    .map((text) => text.trimEnd())
    .filter((text) => text !== '')
    .join('\n')
  return retcode === 0 ? printed : failed(printed, retcode)
}

/** A word for a program, which must not be read as an option. */
export function plainWord(argument: string, word: string): string {
  if (word !== '' && !word.startsWith('-') && !word.includes('\0')) return word
  throw new SaltError('ARGUMENTS_INVALID', `${argument} cannot be '${word}'`)
}
