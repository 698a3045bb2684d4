// SPDX-License-Identifier: Apache-2.0
import { type DataMap, mapOf, SaltError } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { checkedGlob, checkedPath } from './names.ts'
import { outputOf, runProgram, showFormat, wordsOf } from './programs.ts'

/** `pkg.owner`: the package that a file belongs to, empty for none; of several files a map. */
export async function ownersOf(ctx: ExecContext, paths: readonly string[]): Promise<string | DataMap> {
  const owners = new Map<string, string>()
  for (const path of paths) {
    const { stdout } = await runProgram(ctx, ['dpkg', '-S', checkedPath(path)])
    owners.set(path, stdout.split(':')[0] ?? '')
  }
  const [only] = owners.values()
  return owners.size < 2 ? (only ?? '') : mapOf([...owners])
}

/** `file_list` of `pkg` and `lowpkg`. */
export async function fileList(ctx: ExecContext, patterns: readonly string[]): Promise<DataMap> {
  const files = [...(await packageFiles(ctx, patterns)).values()].flat()
  return { errors: [], files: [...new Set(files)].sort() }
}

/** `file_dict` of `pkg` and `lowpkg`. */
export async function fileDict(ctx: ExecContext, patterns: readonly string[]): Promise<DataMap> {
  return { errors: [], packages: mapOf([...(await packageFiles(ctx, patterns))]) }
}

/** Name → the paths of its files, of installed packages that patterns match, or all. Rejects with COMMAND_FAILED. */
async function packageFiles(
  ctx: ExecContext,
  patterns: readonly string[],
): Promise<Map<string, readonly string[]>> {
  const format = showFormat(['db:Status-Status', 'binary:Package'], { between: '\t' })
  const result = await runProgram(ctx, ['dpkg-query', format, '-W', ...patterns.map(checkedGlob)])
  if (result.retcode !== 0) throw new SaltError('COMMAND_FAILED', wordsOf(result))
  const lines = result.stdout.split('\n').map((line) => line.split('\t'))
  const names = lines.flatMap(([status, name]) => (status === 'installed' && name ? [name] : []))
  const files = new Map<string, readonly string[]>()
  for (const name of names) files.set(name, (await outputOf(ctx, ['dpkg', '-L', name])).split('\n'))
  return files
}
