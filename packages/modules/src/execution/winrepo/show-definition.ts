// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path'
import { messageOf, parseSaltPath } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { definitionText } from '@halite/winrepo'
import { placeOf, saltenvOf } from '../win_pkg/place.ts'

/** The data of a definition file; a text when there is none, and `Message` and `Error` when it cannot be rendered. */
export async function showDefinition(
  ctx: ExecContext,
  name: string,
  saltenv: string | undefined,
): Promise<unknown> {
  const path = await pathOf(ctx, name, saltenvOf(ctx, saltenv))
  if (path === undefined) return `Software definition ${name} not found`
  try {
    const text = definitionText(await ctx.fs.read(path), path)
    const { data } = await ctx.render.data({ text, name: path, path, saltenv: saltenvOf(ctx, saltenv) })
    return data ?? {}
  } catch (error) {
    return { Message: `Failed to compile ${path}`, Error: messageOf(error) }
  }
}

/** The path as it is given, else below the copies, else, of a minion that serves itself, below its roots. */
async function pathOf(ctx: ExecContext, name: string, saltenv: string): Promise<string | undefined> {
  if (await ctx.fs.isFile(name)) return name
  const { directory, source } = await placeOf(ctx, saltenv)
  const inner = parseSaltPath(name.split('.').join('/'))
  for (const file of [`${inner}.sls`, `${inner}/init.sls`]) {
    if (await ctx.fs.isFile(join(directory, file))) return join(directory, file)
    if (ctx.masters === undefined) {
      const served = await ctx.files.cacheFile(`${source}/${file}`, { saltenv })
      if (served !== undefined) return served
    }
  }
  return undefined
}
