// SPDX-License-Identifier: Apache-2.0
import { isMap, SaltError, textKeyed } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { writeAt } from '../file/place.ts'
import type { Wanted } from './fetch.ts'
import { nameIn } from './fetch.ts'
import { destinationOf, directoryFor, notWritten } from './place-file.ts'

/** A file of the server that is rendered on its way. */
export interface WantedTemplate extends Wanted {
  readonly template: string
  /** Names that it sees. */
  readonly context: Readonly<Record<string, unknown>>
}

/** Puts the text of a template at `dest`; resolves to the path, undefined when there is no such file. */
export async function getTemplate(ctx: ExecContext, wanted: WantedTemplate): Promise<string | undefined> {
  const { path, saltenv, template, makedirs } = wanted
  const copy = await ctx.files.cacheFile(path, { saltenv })
  if (copy === undefined) return undefined
  const { context, ...names } = wanted.context
  const more = isMap(context) ? textKeyed(context) : {}
  const text = await ctx.render.text({
    text: await ctx.fs.readText(copy),
    name: path.replace(/^salt:\/\/\|?/, ''),
    path: copy,
    saltenv,
    template,
    context: { ...names, ...more },
  })
  const dest = await destinationOf(ctx, wanted.dest, nameIn(path))
  await directoryFor(ctx, dest, makedirs)
  await writeAt(ctx, dest, { data: text }).catch((error: unknown) => {
    throw notWritten(error, dest)
  })
  return dest
}

/** A call with the names of its files rendered, where it names an engine: `salt://{{ grains.os }}/a`. */
export async function renderedNames<W extends Omit<Wanted, 'makedirs'>>(
  { render }: ExecContext,
  { template, ...wanted }: W & { readonly template?: string | undefined },
): Promise<Omit<W, 'template'>> {
  if (!template) return wanted as Omit<W, 'template'>
  const { path, dest, saltenv } = wanted
  const rendered = (text: string) => render.text({ text, template, saltenv, name: 'cp' })
  const named = { ...wanted, path: await rendered(path), dest: await rendered(dest) }
  if (named.path.trim() !== '') return named as unknown as Omit<W, 'template'>
  throw new SaltError('ARGUMENTS_INVALID', `'${path}' renders to no name of a file`)
}
