// SPDX-License-Identifier: Apache-2.0
import { isAbsolute } from 'node:path'
import { isSaltError, messageOf, SaltError } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { differenceOf, holds } from './compare.ts'
import { expandUser } from './paths.ts'

/** How two files are compared. */
export interface Comparing {
  readonly saltenv: string
  readonly show_filenames: boolean
  readonly show_changes: boolean
  readonly template: boolean
  readonly hashes: readonly (string | undefined)[]
}

/** `file.get_diff`: how two files differ, of the minion or of a server; empty when they hold the same. */
export async function getDiff(
  ctx: ExecContext,
  files: readonly [string, string],
  { saltenv, show_filenames, show_changes, template, hashes }: Comparing,
): Promise<string> {
  const paths: string[] = []
  const problems: string[] = []
  for (const [index, file] of files.entries()) {
    const found = await localCopy(ctx, file, { saltenv, sourceHash: hashes[index] })
    if ('path' in found) paths.push(found.path)
    else problems.push(found.problem)
  }
  const [before, after] = paths
  if (before === undefined || after === undefined) {
    const info = problems.map((problem) => `- ${problem}`).join('\n')
    throw new SaltError(
      'COMMAND_FAILED',
      `Failed to cache one or more files\n\nAdditional info follows:\n\n${info}`,
    )
  }
  const content = { path: after }
  if (await holds(ctx, before, content)) return ''
  if (template && ctx.options['obfuscate_templates'] === true) return '<Obfuscated Template>'
  if (!show_changes) return '<show_changes=False>'
  const names = show_filenames ? { names: { fromFile: before, toFile: after } } : {}
  return differenceOf(ctx, before, { content, ...names })
}

async function localCopy(
  ctx: ExecContext,
  given: string,
  query: { readonly saltenv: string; readonly sourceHash: string | undefined },
): Promise<{ readonly path: string } | { readonly problem: string }> {
  const file = await expandUser(ctx, given)
  if (isAbsolute(file)) {
    const facts = await ctx.fs.stat(file)
    if (facts?.type === 'file') return { path: file }
    return { problem: facts === undefined ? `File ${given} not found` : `${given} is no plain file` }
  }
  try {
    const path = await ctx.files.cacheFile(file, query)
    return path === undefined ? { problem: `File ${given} not found` } : { path }
  } catch (error) {
    if (!isSaltError(error)) throw error
    return { problem: messageOf(error) }
  }
}
