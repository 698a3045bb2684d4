// SPDX-License-Identifier: Apache-2.0
import { pythonTypeName } from '@halite/core'
import type { CompiledTemplate } from '../compiler/compile.ts'
import { addBlocks, SelfReference } from './blocks.ts'
import { type BaseNames, Context, type Locals } from './context.ts'
import { TemplateMissing } from './errors.ts'
import { TemplateModule } from './module.ts'
import { typeError } from './native.ts'
import { Markup } from './objects.ts'
import type { Runtime } from './runtime.ts'
import type { LoadedTemplate } from './services.ts'
import { Undefined } from './undefined.ts'

interface Inclusion {
  /** A name, or a list of names of which the first that is found counts. */
  readonly name: unknown
  readonly locals: Locals | undefined
  readonly ignoreMissing?: boolean
}

/** The text of another template. */
export async function include(rt: Runtime, ctx: Context, how: Inclusion): Promise<string> {
  const found = await find(rt, how.name)
  if (found === undefined && how.ignoreMissing) return ''
  const { template, base } = required(found, how.name)
  const inner = innerContext(rt, ctx, { template, base, locals: how.locals })
  return rt.inside(template.source, () => template.root(rt, inner))
}

/** Another template as an object: what it assigned at its top level, and its text. */
export async function importModule(rt: Runtime, ctx: Context, how: Inclusion): Promise<TemplateModule> {
  const key =
    how.locals === undefined && typeof how.name === 'string' && !how.name.startsWith('.')
      ? how.name
      : undefined
  const known = key === undefined ? undefined : rt.modules.get(key)
  if (known !== undefined) return known
  const { template, base } = required(await find(rt, how.name), how.name)
  const inner = innerContext(rt, ctx, { template, base, locals: how.locals })
  const text = await rt.inside(template.source, () => template.root(rt, inner))
  const module = new TemplateModule(template.source.name, text, inner)
  if (key !== undefined) rt.modules.set(key, module)
  return module
}

/** The template that `ctx` continues with, whose blocks stand behind those it has. */
export async function extend(rt: Runtime, ctx: Context, name: unknown): Promise<CompiledTemplate> {
  const { template } = required(await find(rt, name), name)
  addBlocks(ctx, template.blocks)
  return template
}

/** A context in which nothing is assigned yet. */
export function templateContext(
  rt: Runtime,
  template: CompiledTemplate,
  names: { readonly base: BaseNames; readonly inherited?: ReadonlyMap<string, unknown> },
): Context {
  const ctx = new Context({
    ...names,
    source: template.source,
    undefinedOf: (name) => rt.undefined(`'${name}' is undefined`),
  })
  const isMain = template.source === rt.frames[0]?.source
  ctx.assign('self', new SelfReference(isMain ? 'None' : `'${template.source.name}'`, ctx))
  addBlocks(ctx, template.blocks)
  return ctx
}

function innerContext(
  rt: Runtime,
  ctx: Context,
  { template, base, locals }: LoadedTemplate & { readonly locals: Locals | undefined },
): Context {
  if (locals === undefined) return templateContext(rt, template, { base })
  return templateContext(rt, template, { base: ctx.base, inherited: ctx.shared(locals) })
}

function required(found: LoadedTemplate | undefined, name: unknown): LoadedTemplate {
  if (found !== undefined) return found
  const names = Array.isArray(name) ? name : [name]
  const text =
    names.length === 1 ? String(names[0]) : `none of the templates given were found: ${names.join(', ')}`
  throw new TemplateMissing('error', text)
}

async function find(rt: Runtime, name: unknown): Promise<LoadedTemplate | undefined> {
  for (const each of Array.isArray(name) ? name : [name]) {
    if (each instanceof Undefined) return each.fail()
    const text = each instanceof Markup ? each.text : each
    if (typeof text !== 'string')
      throw typeError(`a template's name has to be text, not ${pythonTypeName(text)}`)
    rt.budget.step()
    const found = await rt.services.load(text, rt.source)
    if (found !== undefined) return found
  }
  return undefined
}
