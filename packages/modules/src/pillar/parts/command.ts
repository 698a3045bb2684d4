// SPDX-License-Identifier: Apache-2.0
import { SaltError } from '@halite/core'
import type { PillarContext } from '@halite/loader'

/** Most that a command may print. */
const maxOutputBytes = 32 * 1024 * 1024

/**
 * What a command of the operator prints, run by a shell; `%s` in it is the id of the minion, which holds nothing that a
 * shell reads. Rejects with `COMMAND_FAILED` when it fails, so that half an answer is never taken for a whole one.
 */
export async function printed(ctx: PillarContext, command: string): Promise<string> {
  const text = command.replaceAll('%s', ctx.id)
  const { retcode, stdout, stderr, truncated } = await ctx.run(['/bin/sh', '-c', text], { maxOutputBytes })
  if (truncated)
    throw new SaltError('VALUE_TOO_LARGE', `its command prints more than ${maxOutputBytes} bytes`)
  if (retcode === 0) return stdout.toString('utf8')
  const why = stderr.toString('utf8').trim().split('\n').at(-1) ?? ''
  throw new SaltError(
    'COMMAND_FAILED',
    `its command ended with code ${retcode}${why === '' ? '' : `: ${why}`}`,
  )
}
