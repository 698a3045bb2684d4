// SPDX-License-Identifier: Apache-2.0
import { isSaltError } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { matchingFiles } from '../../parts/matching-paths.ts'

/** What a function makes of each file that a pattern matches; files that it cannot read are left out. */
export async function eachFile(
  ctx: ExecContext,
  pattern: string,
  read: (path: string) => Promise<unknown>,
): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {}
  for (const file of await matchingFiles(ctx, pattern)) {
    try {
      found[file] = await read(file)
    } catch (error) {
      if (!isSaltError(error)) throw error
      ctx.log.debug(`${file}: ${error.message}`)
    }
  }
  return found
}
