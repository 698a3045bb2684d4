// SPDX-License-Identifier: Apache-2.0
import { entriesOf, isMap, SaltError } from '@halite/core'
import type { DataSource, ExecContext, RenderMaker, RenderSource, Scope, TextSource } from '@halite/loader'
import { TemplateEngine, type TemplateRequest } from './jinja/engine.ts'
import { Importer, markOrdered } from './jinja/runtime/convert.ts'
import { type SyntaxOptions, syntaxFrom } from './jinja/syntax/options.ts'
import { replacementOf } from './pipe/refused.ts'
import { RenderPipe } from './pipe/render-pipe.ts'
import { slsContext } from './pipe/sls-context.ts'
import { functionCalls } from './service/function-calls.ts'
import { templateFiles } from './service/template-files.ts'
import { templateHost } from './service/template-host.ts'

/** Compiled templates are kept for all jobs of the process. */
const engine = new TemplateEngine()

/** Renders for one job: templates see the functions, facts and files of its context. */
export const renderService: RenderMaker = (scope) => {
  const { registry, machine } = scope
  // The table of services is wider than what other services are made of.
  const ctx = scope.ctx as ExecContext
  const pipe = new RenderPipe(engine, {
    find: (name) => registry.object('renderers', name),
    names: () => registry.entries('renderers').map(({ name }) => name),
  })
  const surroundings = surroundingsOf({ ctx, registry, machine })
  return {
    data: async (source) => {
      await registry.decided()
      return pipe.render({ ...surroundings(source, source.sls ?? ''), ...pipeSettings(ctx, source) })
    },
    text: async (source) => {
      checkEngine(source)
      await registry.decided()
      const text = await engine.render(surroundings(source, ''))
      return ctx.platform === 'win32' ? text.replace(/\r\n|\r|\n/g, '\r\n') : text
    },
    value: async (value, { renderer, name }) => {
      await registry.decided()
      const settings = { ...pipeSettings(ctx, {}), renderer, name, context: {}, signal: ctx.signal }
      return pipe.apply(value, settings)
    },
  }
}

function pipeSettings(ctx: ExecContext, { renderer, sls = '' }: Pick<DataSource, 'renderer' | 'sls'>) {
  const { options } = ctx
  const names = (option: string) => {
    const value = options[option]
    return Array.isArray(value) ? value.map(String) : []
  }
  return {
    ctx,
    sls,
    renderer: renderer ?? textOption(options, 'renderer', 'jinja|yaml'),
    rendererBlacklist: names('renderer_blacklist'),
    rendererWhitelist: names('renderer_whitelist'),
  }
}

interface Parts extends Pick<Scope, 'registry' | 'machine'> {
  readonly ctx: ExecContext
}

/** What templates of one job share: functions, facts, and what an earlier one changed in them. */
function surroundingsOf({ ctx, registry, machine }: Parts) {
  const importer = new Importer()
  const calls = functionCalls(ctx, registry)
  const host = templateHost(ctx, machine)
  const { saltenv: env, pillarenv } = ctx.options
  // An environment that nobody named is None to Salt's templates.
  const environments = { saltenv: env || null, pillarenv: pillarenv || null }
  const opts = { test: false, ...ctx.options, ...environments, id: ctx.id, grains: ctx.grains }
  // As Salt's own: what a master sends has lost its order, what is compiled here has it.
  if (ctx.masters === undefined) for (const [, value] of entriesOf(ctx.pillar)) markOrdered(value)
  const syntax = { sls: syntaxOf(ctx, 'jinja_sls_env'), other: syntaxOf(ctx, 'jinja_env') }
  return (source: RenderSource, sls: string): TemplateRequest & { readonly saltenv: string } => {
    const saltenv = source.saltenv || textOption(ctx.options, 'saltenv', 'base')
    const place = { ...slsContext(source.name, sls), ...(source.path && { tplpath: source.path }) }
    const facts = { opts, grains: ctx.grains, pillar: ctx.pillar, saltenv, sls }
    return {
      name: source.name,
      text: source.text,
      saltenv,
      context: { ...facts, ...source.context, ...place },
      calls,
      files: templateFiles(ctx, saltenv),
      host,
      syntax: sls === '' ? syntax.other : syntax.sls,
      importer,
      allowUndefined: ctx.options['allow_undefined'] === true,
      signal: ctx.signal,
      onProfile: (label, ms) => ctx.log.debug(`Time (in seconds) to render ${label}: ${ms / 1000}`),
    }
  }
}

/** What an option says of the syntax, and the two older ones that count for both. */
function syntaxOf({ options, log }: ExecContext, option: string): SyntaxOptions {
  const given = options[option]
  const { syntax, ignored } = syntaxFrom(isMap(given) ? entriesOf(given) : [])
  for (const name of ignored) log.warning(`${option}: ${name} is not known, or not of this type`)
  return {
    ...syntax,
    ...(options['jinja_trim_blocks'] === true && { trimBlocks: true }),
    ...(options['jinja_lstrip_blocks'] === true && { lstripBlocks: true }),
  }
}

function checkEngine({ name, template = 'jinja' }: TextSource): void {
  if (template === 'jinja') return
  const why = replacementOf(template) ?? 'it is not known; there is jinja'
  throw new SaltError(
    'RENDERER_UNKNOWN',
    `${name}: the template engine '${template}' cannot be used: ${why}`,
    {
      hint: 'Write `template: jinja`.',
    },
  )
}

function textOption(options: ExecContext['options'], name: string, fallback: string): string {
  const value = options[name]
  return typeof value === 'string' && value !== '' ? value : fallback
}
