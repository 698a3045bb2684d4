// SPDX-License-Identifier: Apache-2.0
import { SaltError } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { type Ran, ranAll } from './run-all.ts'

/** How `patch` is run. */
export interface Patching {
  readonly patchFile: string
  readonly options: readonly string[]
  readonly dryRun: boolean
}

/** `file.patch`: runs `patch` on a file or directory; nothing is asked, and no rejects are left behind. */
export async function runPatch(
  ctx: ExecContext,
  path: string,
  { patchFile, options, dryRun }: Patching,
): Promise<Ran> {
  const program = ctx.which('patch')
  if (program === undefined) {
    throw new SaltError(
      'COMMAND_FAILED',
      "patch executable not found. Is the distribution's patch package installed?",
    )
  }
  const argv = [program, ...options]
  if (dryRun) argv.push(['FreeBSD', 'OpenBSD'].includes(String(ctx.grains['kernel'])) ? '-C' : '--dry-run')
  if (!argv.includes('-N') && !argv.includes('--forward')) argv.push('--forward')
  const keepsRejects = (word: string) =>
    word === '-r' || word.startsWith('-r ') || word.startsWith('--reject-file')
  if (!argv.some(keepsRejects)) argv.push('--reject-file=-')
  argv.push('-i', patchFile)
  if (!(await ctx.fs.isDirectory(path))) return ranAll(ctx, [...argv, path])
  argv.push('-d', path)
  if (!argv.some((word) => word.startsWith('-p') || word.startsWith('--strip='))) argv.push('--strip=0')
  return ranAll(ctx, argv)
}
