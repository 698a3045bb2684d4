// SPDX-License-Identifier: Apache-2.0
import type { StateContext } from '@halite/loader'
import type { Content } from '../../execution/file/compare.ts'
import {
  chooseSource,
  isAlready,
  renderedText,
  schemeOf,
  sourceContent,
} from '../../execution/file/sources.ts'
import { modeText, normalMode } from '../../execution/file/stats.ts'
import { contentsOf } from './contents.ts'
import { keepsMode, type ManagedValues } from './managed-arguments.ts'
import { permissionsOnly } from './managed-permissions.ts'
import { failure, type Result } from './result.ts'

interface Found {
  readonly content: Content | undefined
  readonly isSource: boolean
  readonly source?: string
  readonly mode?: string | undefined
}

/** The content that the arguments state. */
export async function givenContent(
  ctx: StateContext,
  args: ManagedValues,
  context: Record<string, unknown>,
): Promise<Found | Result> {
  const { template: engine } = args
  const contents = contentsOf(ctx, args)
  if (typeof contents === 'string') return failure(contents)
  if (engine === undefined) return { content: { data: contents.data }, isSource: false }
  if (contents.isBinary) {
    return failure(
      'Contents specified by contents/contents_pillar/contents_grains appears to be binary data, and as will not be able to be treated as a Jinja template.',
    )
  }
  if (engine !== 'jinja') return failure(`Specified template format ${engine} is not supported`)
  const { saltenv } = ctx.state
  const text = await renderedText(ctx, contents.data.toString('utf8'), { engine, context, saltenv })
  return { content: { data: Buffer.from(text) }, isSource: false }
}

/** The content of the source, rendered where that is asked for; a result where nothing is left to do but permissions, or where it failed. */
export async function contentOfSource(
  ctx: StateContext,
  name: string,
  { args, context }: { readonly args: ManagedValues; readonly context: Record<string, unknown> },
): Promise<Found | Result> {
  const { saltenv } = ctx.state
  const { source, sourceHash } = await chooseSource(ctx, args.source, {
    sourceHash: args.source_hash,
    saltenv,
  })
  if (source === undefined) return { content: undefined, isSource: false }
  if (args.template !== undefined && args.template !== 'jinja')
    return failure(`Specified template format ${args.template} is not supported`)
  const query = {
    name,
    source,
    sourceHash,
    sourceHashName: args.source_hash_name,
    saltenv,
    skipVerify: args.skip_verify,
    verifySsl: args.verify_ssl,
    useEtag: args.use_etag,
    template:
      args.template === undefined
        ? undefined
        : { engine: args.template, context: { ...templateFacts(name, args), ...context } },
  }
  if (query.template === undefined && (await isAlready(ctx, query))) return permissionsOnly(ctx, name, args)
  const content = await sourceContent(ctx, query)
  if (typeof content === 'string') return failure(content)
  return {
    content,
    source,
    isSource: true,
    mode: keepsMode(args) ? await sourceMode(ctx, source) : undefined,
  }
}

/** What a template sees of the file that it becomes. */
function templateFacts(name: string, args: ManagedValues): Record<string, unknown> {
  return {
    name,
    user: args.user ?? null,
    group: args.group ?? null,
    mode: normalMode(args.mode) ?? null,
    attrs: null,
  }
}

async function sourceMode(ctx: StateContext, source: string): Promise<string | undefined> {
  const { saltenv } = ctx.state
  const scheme = schemeOf(source)
  if (scheme === 'salt') {
    const facts = await ctx.files.statFile(source, { saltenv })
    return facts && modeText(facts.mode)
  }
  if (scheme !== '' && scheme !== 'file') return undefined
  const facts = await ctx.fs.stat(source.replace(/^file:\/\//, ''))
  return facts && modeText(facts.mode)
}
