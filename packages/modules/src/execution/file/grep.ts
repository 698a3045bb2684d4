// SPDX-License-Identifier: Apache-2.0
import { pythonStr, SaltError } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { splitWords } from '../cmd/split-words.ts'
import { globPaths } from './glob.ts'
import { expandUser } from './paths.ts'
import { type Ran, ranAll } from './run-all.ts'

/** `file.grep`: runs `grep` on the files that a path or a shell pattern means. */
export async function runGrep(
  ctx: ExecContext,
  given: string,
  { pattern, options }: { readonly pattern: string; readonly options: readonly unknown[] },
): Promise<Ran> {
  const path = await expandUser(ctx, given)
  const found = await globPaths(ctx, path)
  const words = options.map(optionOf)
  return ranAll(ctx, ['grep', ...words, pattern, ...(found.length > 0 ? found : [path])])
}

function optionOf(given: unknown): string {
  const [word = '', ...more] = splitWords(pythonStr(given))
  if (more.length === 0) return word
  throw new SaltError(
    'ARGUMENTS_INVALID',
    `Passing multiple command line arguments in a single string is not supported, please pass the following arguments separately: ${pythonStr(given)}`,
  )
}
