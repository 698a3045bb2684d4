// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path'
import { type DataMap, mapOf, messageOf, pack, valueAt } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { definitionText, RepositoryBuilder, repositoryData } from '@halite/winrepo'

/** What was compiled. */
export interface CompiledDirectory {
  /** `repo` and `name_map`, as the file holds them. */
  readonly data: DataMap
  readonly file: string
}

/**
 * Compiles the definitions below `winrepo_dir` into its `winrepo_cachefile`. A file that cannot be used is left out and reported, in
 * words. Templates see the machine that they are compiled on.
 */
export async function compileDirectory(
  ctx: ExecContext,
  onProblem: (problem: string) => unknown,
): Promise<CompiledDirectory> {
  const directory = String(ctx.options['winrepo_dir'])
  await ctx.fs.makeDirectory(directory, { parents: true })
  const builder = new RepositoryBuilder()
  for (const name of await definitionsBelow(ctx, directory)) await addFile(ctx, { builder, directory, name })
  const repository = builder.build()
  for (const [file, problems] of repository.errors) {
    const problem = `Failed to compile ${join(directory, file)}: ${problems.join('; ')}`
    ctx.log.error(problem)
    await onProblem(problem)
  }
  const whole = repositoryData(repository)
  const data = mapOf(['repo', 'name_map'].map((key): [string, unknown] => [key, valueAt(whole, key)]))
  const file = join(directory, String(ctx.options['winrepo_cachefile']))
  await ctx.fs.write(file, pack(data))
  return { data, file }
}

interface OneFile {
  readonly builder: RepositoryBuilder
  readonly directory: string
  readonly name: string
}

async function addFile(ctx: ExecContext, { builder, directory, name }: OneFile): Promise<void> {
  const path = join(directory, name)
  try {
    const text = definitionText(await ctx.fs.read(path), name)
    const { data } = await ctx.render.data({ text, name, path })
    builder.add(name, data)
  } catch (error) {
    builder.addFailed(name, messageOf(error))
  }
}

/** Files of a directory before those of the directories in it; hidden directories are not looked into. */
export async function definitionsBelow({ fs }: ExecContext, directory: string): Promise<string[]> {
  const found: string[] = []
  const visit = async (name: string) => {
    const directories: string[] = []
    for (const entry of await fs.list(join(directory, name))) {
      const inner = join(name, entry)
      const { type } = (await fs.stat(join(directory, inner))) ?? {}
      if (type === 'file' && entry.endsWith('.sls')) found.push(inner)
      if (type === 'directory' && !entry.startsWith('.')) directories.push(inner)
    }
    for (const inner of directories) await visit(inner)
  }
  await visit('')
  return found
}
