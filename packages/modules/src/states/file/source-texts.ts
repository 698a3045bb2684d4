// SPDX-License-Identifier: Apache-2.0
import { isSaltError, messageOf, pythonStr } from '@halite/core'
import { arg, type StateContext, type Values } from '@halite/loader'
import { textOf } from '../../execution/file/lines.ts'
import { templateContext } from '../../execution/file/sources.ts'
import { failure, type Result } from './result.ts'
import { anything, templateArguments } from './shared-arguments.ts'

/** Where the states that put texts into files get them from. */
export const sourceTextArguments = {
  source: anything(
    'Where the text comes from, in place of a text at hand: a template, such as ``salt://motd.j2``.',
  ),
  source_hash: anything('Hash of the source.'),
  template: arg.string('The engine that renders it.').default('jinja'),
  sources: anything('Several of them.'),
  source_hashes: anything('The hash of each.'),
  defaults: templateArguments.defaults,
  context: templateArguments.context,
}

type SourceTextValues = Values<typeof sourceTextArguments>

/** Undefined when the arguments fit together. */
export function wrongSources(args: SourceTextValues): Result | undefined {
  const isGiven = args.source !== undefined && args.source !== null && args.source !== ''
  if (isGiven && listOf(args.sources).length > 0) return failure('source and sources are mutually exclusive')
  if (args.source_hash && listOf(args.source_hashes).length > 0)
    return failure('source_hash and source_hashes are mutually exclusive')
  return undefined
}

/** The texts that sources give once they are rendered; undefined when none is named, a result for what is wrong. */
export async function sourceTexts(
  ctx: StateContext,
  args: SourceTextValues,
): Promise<readonly string[] | undefined | Result> {
  const wrong = wrongSources(args)
  if (wrong !== undefined) return wrong
  const sources = listOf(args.sources)
  const wanted = sources.length > 0 ? sources : listOf(args.source)
  if (wanted.length === 0) return undefined
  const context = templateContext(args.context, args.defaults)
  if (typeof context === 'string') return failure(context)
  const texts: string[] = []
  for (const source of wanted.map(pythonStr)) {
    const text = await rendered(ctx, source, { context, template: args.template })
    if (typeof text !== 'string') return { ...text, name: source }
    texts.push(text)
  }
  return texts
}

async function rendered(
  ctx: StateContext,
  source: string,
  { context, template }: { readonly context: Record<string, unknown>; readonly template: string },
): Promise<string | Result> {
  const { saltenv } = ctx.state
  try {
    const path = await ctx.files.cacheFile(source, { saltenv })
    if (path === undefined) return failure(`Failed to load template file ${source}`)
    const name = source.replace(/^salt:\/\//, '')
    const text = textOf(await ctx.fs.read(path))
    const made = await ctx.render.text({
      name,
      text,
      template,
      saltenv,
      path,
      context: { source, ...context },
    })
    return made === '' ? failure(`Failed to read rendered template file ${path} (${source})`) : made
  } catch (error) {
    if (!isSaltError(error)) throw error
    return failure(`Failed to load template file ${source}: ${messageOf(error)}`)
  }
}

function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value
  return value === undefined || value === null || value === '' ? [] : [value]
}
