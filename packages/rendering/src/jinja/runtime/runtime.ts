// SPDX-License-Identifier: Apache-2.0
import { isTruthy, pythonTypeName } from '@halite/core'
import type { Block, CompiledTemplate } from '../compiler/compile.ts'
import { methodOf } from '../methods/index.ts'
import { attribute, item } from './access.ts'
import { renderBlock, superOf } from './blocks.ts'
import type { Context, Locals } from './context.ts'
import { TemplateProblem } from './errors.ts'
import { Namespace } from './global-objects.ts'
import { extend, importModule, include, templateContext } from './inclusion.ts'
import { itemsOf, iterate } from './iteration.ts'
import { Loop, type Recurse } from './loop.ts'
import { Macro, type MacroShape } from './macro.ts'
import { callMarkupMethod } from './markup-methods.ts'
import type { TemplateModule } from './module.ts'
import { type Keywords, NativeFunction, typeError, valueError } from './native.ts'
import { Callable, Markup } from './objects.ts'
import { Operations } from './operations.ts'
import { chargeFor } from './operators.ts'
import { Undefined } from './undefined.ts'

/** The arguments of a call as a template wrote them. */
export interface Call {
  readonly args: readonly unknown[]
  readonly keywords: Keywords | undefined
}

/** A name in a template, and where it stands. */
export interface Site {
  readonly name: string
  readonly at: number
}

/** What generated code works with: one for each rendering. */
export class Runtime extends Operations {
  /** The context of the main template. */
  root: Context | undefined
  /** Templates that were imported without context, which gives the same each time. */
  readonly modules = new Map<string, TemplateModule>()
  readonly #profiles: { readonly label: string; readonly start: number }[] = []

  // Access

  attribute(object: unknown, name: string, at: number): unknown {
    this.frame.at = at
    return attribute(this, object, name)
  }

  item(object: unknown, key: unknown, at: number): unknown {
    this.frame.at = at
    return item(this, object, key)
  }

  setAttribute(object: unknown, value: unknown, { name, at }: Site): void {
    this.frame.at = at
    if (!(object instanceof Namespace)) {
      throw new TemplateProblem('syntax', 'cannot assign attribute on non-namespace object')
    }
    object.values.set(name, value)
  }

  /** As many parts as there are targets on the left of an assignment. */
  unpack(value: unknown, count: number, at: number): readonly unknown[] {
    this.frame.at = at
    if (typeof value !== 'string' && (typeof value !== 'object' || value === null)) {
      throw typeError(`cannot unpack non-iterable ${pythonTypeName(value)} object`)
    }
    const parts = itemsOf(value)
    if (parts.length > count) throw valueError(`too many values to unpack (expected ${count})`)
    if (parts.length === count) return parts
    throw valueError(`not enough values to unpack (expected ${count}, got ${parts.length})`)
  }

  // Calls

  call(callee: unknown, { args, keywords }: Call, at: number): unknown {
    this.frame.at = at
    this.budget.step()
    if (callee instanceof Callable || callee instanceof NativeFunction) {
      return callee.invoke(this, args, keywords)
    }
    if (callee instanceof Undefined) return callee.fail()
    throw typeError(`'${pythonTypeName(callee)}' object is not callable`)
  }

  /** `object.name(…)`, without making an object of the method in between. */
  callMethod(object: unknown, call: Call, { name, at }: Site): unknown {
    const subject = object instanceof Markup ? object.text : object
    const method = methodOf(subject, name)
    if (method === undefined) return this.call(this.attribute(object, name, at), call, at)
    this.frame.at = at
    this.budget.step()
    if (object instanceof Markup) return callMarkupMethod(this, { object, method }, call)
    return method.invoke(this, [subject, ...call.args], call.keywords)
  }

  /** A call on behalf of a filter or method, whose place stays the one of errors. */
  callHere(callee: unknown, args: readonly unknown[], keywords?: Keywords): unknown {
    return this.call(callee, { args, keywords }, this.frame.at)
  }

  filter(filter: NativeFunction, { args, keywords }: Call, at: number): unknown {
    this.frame.at = at
    this.budget.step()
    const result = filter.invoke(this, args, keywords)
    chargeFor(result, this.budget)
    return result
  }

  test(test: NativeFunction, { args, keywords }: Call, at: number): boolean {
    this.frame.at = at
    return isTruthy(test.invoke(this, args, keywords))
  }

  /** Keyword arguments with those of `**spread` added. */
  keywords(given: ReadonlyMap<string, unknown> | undefined, spread: unknown, at: number): Keywords {
    this.frame.at = at
    if (spread instanceof Undefined) spread.fail()
    if (!(spread instanceof Map)) {
      throw typeError(`argument after ** must be a mapping, not ${pythonTypeName(spread)}`)
    }
    const all = new Map(given ?? [])
    for (const [key, value] of spread) {
      if (typeof key !== 'string') throw typeError('keywords must be strings')
      if (all.has(key)) throw typeError(`got multiple values for keyword argument '${key}'`)
      all.set(key, value)
    }
    return all
  }

  macro(
    name: string | undefined,
    shape: MacroShape,
    run: (...values: unknown[]) => string | Promise<string>,
  ): Macro {
    return new Macro({ name, shape, run, source: this.frame.source })
  }

  /** An argument that has to be text. */
  text(value: unknown): string {
    if (typeof value === 'string') return value
    if (value instanceof Markup) return value.text
    if (value instanceof Undefined) return value.fail()
    throw typeError(`expected string or bytes-like object, got '${pythonTypeName(value)}'`)
  }

  // Loops

  iterate(value: unknown, at: number): Iterable<unknown> {
    this.frame.at = at
    return iterate(value)
  }

  loop(items: Iterable<unknown>, recurse: Recurse | undefined, depth: number): Loop {
    return new Loop(Array.isArray(items) ? items : Array.from(items), recurse, depth)
  }

  // Templates and blocks

  include(ctx: Context, name: unknown, how: Inclusion): Promise<string> {
    this.frame.at = how.at
    return include(this, ctx, { ...how, name })
  }

  importModule(ctx: Context, name: unknown, how: Inclusion): Promise<TemplateModule> {
    this.frame.at = how.at
    return importModule(this, ctx, { ...how, name })
  }

  /** A name that a module must have. */
  imported(module: TemplateModule, name: string, at: number): unknown {
    this.frame.at = at
    const value = module.attribute(name)
    if (value !== undefined) return value
    const { line } = this.source.placeOf(at)
    return this.undefined(
      `the template '${module.name}' (imported on line ${line}) does not export the requested name '${name}'`,
    )
  }

  /** The template to continue with; `parent` is the one that was found before, if any. */
  extend(
    ctx: Context,
    name: unknown,
    { parent, at }: { readonly parent: CompiledTemplate | undefined; readonly at: number },
  ): Promise<CompiledTemplate> {
    this.frame.at = at
    if (parent !== undefined) throw new TemplateProblem('syntax', 'extended multiple times')
    return extend(this, ctx, name)
  }

  renderParent(parent: CompiledTemplate, ctx: Context): string | Promise<string> {
    return this.inside(parent.source, () => parent.root(this, ctx))
  }

  renderBlock(ctx: Context, { name, at }: Site, locals: Locals | undefined): string | Promise<string> {
    this.frame.at = at
    return renderBlock(this, locals === undefined ? ctx : ctx.derived(locals), name)
  }

  /** `super`: the definition behind `block`, ready to be called. */
  superOf(ctx: Context, block: Block, { name, at }: Site): unknown {
    this.frame.at = at
    return superOf(this, ctx, { name, block })
  }

  /** The context of a template that is rendered on its own. */
  contextOf(template: CompiledTemplate): Context {
    return templateContext(this, template, { base: this.services.base })
  }

  /** Every name of the main template with its value. */
  everyName(): Map<string, unknown> {
    const { base } = this.services
    const all = new Map<string, unknown>(Array.from(base.names(), (name) => [name, base.get(name)]))
    for (const [name, value] of this.root?.shared() ?? []) if (name !== 'self') all.set(name, value)
    return all
  }

  // Profiles

  profileStart(label: unknown, at: number): void {
    this.frame.at = at
    this.#profiles.push({ label: this.str(label), start: this.services.now() })
  }

  profileEnd(): void {
    const profile = this.#profiles.pop()
    if (profile !== undefined) this.services.profiled(profile.label, this.services.now() - profile.start)
  }
}

/** How one template takes in another: with which names of its own, and whether it may be missing. */
export interface Inclusion {
  /** Undefined when nothing is shared. */
  readonly locals: Locals | undefined
  readonly ignoreMissing?: boolean
  readonly at: number
}
