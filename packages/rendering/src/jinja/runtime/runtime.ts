// SPDX-License-Identifier: Apache-2.0
import {
  floatRepr,
  isNumeric,
  isTruthy,
  type OrderOperator,
  pythonStr,
  pythonTypeName,
  tupleOf,
  ValueMap,
} from '@halite/core'
import type { Block, CompiledTemplate } from '../compiler/compile.ts'
import type { TemplateHost } from '../filters/salt/host.ts'
import { textOf } from '../methods/arguments.ts'
import { methodOf } from '../methods/index.ts'
import type { Source } from '../syntax/source.ts'
import { attribute, item } from './access.ts'
import type { BaseNames } from './context.ts'
import { Context } from './context.ts'
import type { Importer } from './convert.ts'
import { TemplateMissing, TemplateProblem } from './errors.ts'
import { itemsOf, iterate } from './iteration.ts'
import { Budget, type RenderLimits } from './limits.ts'
import { Loop, type Recurse } from './loop.ts'
import { Macro, type MacroShape } from './macro.ts'
import { contains } from './membership.ts'
import { TemplateModule } from './module.ts'
import { type Keywords, NativeFunction, typeError, valueError } from './native.ts'
import { Callable, Markup, Namespace } from './objects.ts'
import { chargeFor, isEqual, isOrdered, negated, type Operator, operate, unsigned } from './operators.ts'
import { Slice } from './slice.ts'
import { type Strictness, Undefined } from './undefined.ts'

/** What a rendering needs from its surroundings. */
export interface RuntimeServices {
  readonly limits: RenderLimits
  readonly strictness: Strictness
  readonly base: BaseNames
  readonly importer: Importer
  /** A whole number below `limit`, not to be guessed. */
  random(limit: number): number
  /** Milliseconds since 1970. */
  wallClock(): number
  /** What filters may ask of the host; undefined where templates must not see it. */
  readonly host: TemplateHost | undefined
  /** Milliseconds that only go forward. */
  readonly now: () => number
  /**
   * The template that a template asks for by name, with the globals that it sees when it shares nothing.
   * Undefined when there is none.
   */
  load(
    name: string,
    from: Source,
  ): Promise<{ readonly template: CompiledTemplate; readonly base: BaseNames } | undefined>
  /** Filters and tests by name, for those that take the name of another. */
  readonly filters: ReadonlyMap<string, NativeFunction>
  readonly tests: ReadonlyMap<string, NativeFunction>
  /** Records how long a `profile` block took. */
  profiled(label: string, ms: number): void
  readonly signal: AbortSignal | undefined
}

/** A place in a template that rendering has entered and not left. */
export interface Frame {
  readonly source: Source
  /** Where it went on into the next one. */
  at: number
}

/**
 * What generated code works with: one for each rendering. Operations that can fail take the offset that an error points
 * at, and remember it before they begin.
 */
export class Runtime {
  readonly services: RuntimeServices
  readonly budget: Budget
  /** The template that runs now; the entries before it are those that brought it here. */
  readonly frames: Frame[]
  /** The context of the main template. */
  root: Context | undefined
  readonly #modules = new Map<string, TemplateModule>()
  readonly #profiles: { readonly label: string; readonly start: number }[] = []
  #frame: Frame

  constructor(services: RuntimeServices, source: Source) {
    this.services = services
    this.budget = new Budget(services.limits, services.now)
    this.#frame = { source, at: 0 }
    this.frames = [this.#frame]
  }

  /** The offset that an error points at now. */
  get place(): number {
    return this.#frame.at
  }

  // Values

  tuple(items: unknown[]): unknown {
    return tupleOf(items)
  }

  dict(pairs: readonly unknown[], at: number): ValueMap {
    this.#frame.at = at
    const map = new ValueMap()
    for (let index = 0; index < pairs.length; index += 2) map.set(plainKey(pairs[index]), pairs[index + 1])
    return map
  }

  slice(start: unknown, stop: unknown, step: unknown): Slice {
    return new Slice(start, stop, step)
  }

  undefined(message: string, kind?: 'syntax'): Undefined {
    return new Undefined(message, { strictness: this.services.strictness, ...(kind && { kind }) })
  }

  /** Of a conditional without `else` that does not hold: prints as nothing even where undefined names fail. */
  noElse(at: number): Undefined {
    const { line } = this.#frame.source.placeOf(at)
    const message = `the inline if-expression on line ${line} evaluated to false and no else section was defined.`
    return new Undefined(message, { strictness: 'lenient' })
  }

  notProvided(name: string, at: number): Undefined {
    this.#frame.at = at
    return this.undefined(`parameter '${name}' was not provided`)
  }

  /** A filter or test inside `if` that does not exist fails where it is used. */
  missing(kind: string, name: string, at: number): never {
    this.#frame.at = at
    throw new TemplateProblem('syntax', `No ${kind} named '${name}' found.`)
  }

  // Output

  /** A value as it is printed. */
  print(value: unknown, at: number): string {
    if (typeof value === 'string') return value
    this.#frame.at = at
    return this.str(value)
  }

  /** Python's `str`. An undefined value fails. */
  str(value: unknown): string {
    if (typeof value === 'string') return value
    if (typeof value === 'number' && Number.isInteger(value))
      return isNumeric(value) ? pythonStr(value) : floatRepr(value)
    const text = pythonStr(value)
    chargeFor(text, this.budget)
    return text
  }

  concat(parts: readonly unknown[], at: number): string {
    this.#frame.at = at
    let text = ''
    for (const part of parts) text += this.str(part)
    chargeFor(text, this.budget)
    return text
  }

  // Operators

  truth(value: unknown, at: number): boolean {
    if (typeof value === 'boolean') return value
    if (typeof value === 'string') return value !== ''
    this.#frame.at = at
    return isTruthy(value)
  }

  add(left: unknown, right: unknown, at: number): unknown {
    if (typeof left === 'number' && typeof right === 'number') {
      const sum = left + right
      if (Number.isSafeInteger(left) && Number.isSafeInteger(right) && Number.isSafeInteger(sum)) return sum
    }
    return this.#operate('add', left, right, at)
  }

  sub(left: unknown, right: unknown, at: number): unknown {
    return this.#operate('sub', left, right, at)
  }

  mul(left: unknown, right: unknown, at: number): unknown {
    return this.#operate('mul', left, right, at)
  }

  div(left: unknown, right: unknown, at: number): unknown {
    return this.#operate('div', left, right, at)
  }

  floordiv(left: unknown, right: unknown, at: number): unknown {
    return this.#operate('floordiv', left, right, at)
  }

  mod(left: unknown, right: unknown, at: number): unknown {
    return this.#operate('mod', left, right, at)
  }

  pow(left: unknown, right: unknown, at: number): unknown {
    return this.#operate('pow', left, right, at)
  }

  #operate(operator: Operator, left: unknown, right: unknown, at: number): unknown {
    this.#frame.at = at
    return operate(operator, [left, right], this.budget)
  }

  neg(value: unknown, at: number): unknown {
    this.#frame.at = at
    return negated(value)
  }

  pos(value: unknown, at: number): unknown {
    this.#frame.at = at
    return unsigned(value)
  }

  eq(left: unknown, right: unknown, at: number): boolean {
    if (typeof left === 'string' && typeof right === 'string') return left === right
    this.#frame.at = at
    return isEqual(left, right)
  }

  ne(left: unknown, right: unknown, at: number): boolean {
    return !this.eq(left, right, at)
  }

  lt(left: unknown, right: unknown, at: number): boolean {
    return this.#ordered(left, '<', right, at)
  }

  lteq(left: unknown, right: unknown, at: number): boolean {
    return this.#ordered(left, '<=', right, at)
  }

  gt(left: unknown, right: unknown, at: number): boolean {
    return this.#ordered(left, '>', right, at)
  }

  gteq(left: unknown, right: unknown, at: number): boolean {
    return this.#ordered(left, '>=', right, at)
  }

  #ordered(left: unknown, operator: OrderOperator, right: unknown, at: number): boolean {
    this.#frame.at = at
    return isOrdered(left, operator, right)
  }

  in(item: unknown, container: unknown, at: number): boolean {
    this.#frame.at = at
    if (item instanceof Undefined) item.fail()
    if (container instanceof Undefined) {
      if (container.strictness === 'strict') container.fail()
      return false
    }
    return contains(container instanceof Markup ? container.text : container, plainKey(item))
  }

  notin(item: unknown, container: unknown, at: number): boolean {
    return !this.in(item, container, at)
  }

  // Access

  attribute(object: unknown, name: string, at: number): unknown {
    this.#frame.at = at
    return attribute(this, object, name)
  }

  item(object: unknown, key: unknown, at: number): unknown {
    this.#frame.at = at
    return item(this, object, key)
  }

  setAttribute(object: unknown, name: string, value: unknown, at: number): void {
    this.#frame.at = at
    if (!(object instanceof Namespace))
      throw new TemplateProblem('syntax', 'cannot assign attribute on non-namespace object')
    object.values.set(name, value)
  }

  /** As many parts as there are targets on the left of an assignment. */
  unpack(value: unknown, count: number, at: number): readonly unknown[] {
    this.#frame.at = at
    if (!Array.isArray(value) && !canIterate(value))
      throw typeError(`cannot unpack non-iterable ${pythonTypeName(value)} object`)
    const parts = itemsOf(value)
    if (parts.length > count) throw valueError(`too many values to unpack (expected ${count})`)
    if (parts.length < count)
      throw valueError(`not enough values to unpack (expected ${count}, got ${parts.length})`)
    return parts
  }

  // Calls

  call(callee: unknown, args: readonly unknown[], keywords: Keywords | undefined, at: number): unknown {
    this.#frame.at = at
    this.budget.step()
    if (callee instanceof Callable || callee instanceof NativeFunction)
      return callee.invoke(this, args, keywords)
    if (callee instanceof Undefined) return callee.fail()
    throw typeError(`'${pythonTypeName(callee)}' object is not callable`)
  }

  /** Every name of the main template with its value. */
  everyName(): Map<string, unknown> {
    const all = new Map(
      Array.from(this.services.base.names(), (name) => [name, this.services.base.get(name)] as const),
    )
    for (const [name, value] of this.root?.shared() ?? []) if (name !== 'self') all.set(name, value)
    return all
  }

  /** An argument that has to be text. */
  text(value: unknown): string {
    return textOf(value, 'expected string or bytes-like object')
  }

  /** A call on behalf of a filter or method, whose place stays the one of errors. */
  callHere(callee: unknown, args: readonly unknown[], keywords?: Keywords): unknown {
    return this.call(callee, args, keywords, this.#frame.at)
  }

  /** `object.name(…)`, without making an object of the method in between. */
  callMethod(
    object: unknown,
    name: string,
    args: readonly unknown[],
    keywords: Keywords | undefined,
    at: number,
  ): unknown {
    const subject = object instanceof Markup ? object.text : object
    const method = methodOf(subject, name)
    if (method === undefined) return this.call(this.attribute(object, name, at), args, keywords, at)
    this.#frame.at = at
    this.budget.step()
    return method.invoke(this, [subject, ...args], keywords)
  }

  filter(
    filter: NativeFunction,
    args: readonly unknown[],
    keywords: Keywords | undefined,
    at: number,
  ): unknown {
    this.#frame.at = at
    const result = filter.invoke(this, args, keywords)
    chargeFor(result, this.budget)
    return result
  }

  test(test: NativeFunction, args: readonly unknown[], keywords: Keywords | undefined, at: number): boolean {
    this.#frame.at = at
    return isTruthy(test.invoke(this, args, keywords))
  }

  /** Keyword arguments with those of `**spread` added. */
  keywords(given: ReadonlyMap<string, unknown> | undefined, spread: unknown, at: number): Keywords {
    this.#frame.at = at
    if (spread instanceof Undefined) spread.fail()
    if (!(spread instanceof Map))
      throw typeError(`argument after ** must be a mapping, not ${pythonTypeName(spread)}`)
    const all = new Map(given ?? [])
    for (const [key, value] of spread) {
      if (typeof key !== 'string') throw typeError('keywords must be strings')
      if (all.has(key)) throw typeError(`got multiple values for keyword argument '${key}'`)
      all.set(key, value)
    }
    return all
  }

  macro(
    name: string,
    shape: MacroShape,
    run: (...values: unknown[]) => string | Promise<string>,
    _at: number,
  ): Macro {
    return new Macro(name, shape, run, this.#frame.source)
  }

  // Loops

  iterate(value: unknown, at: number): Iterable<unknown> {
    this.#frame.at = at
    return iterate(value)
  }

  loop(items: Iterable<unknown>, recurse: Recurse | undefined, depth: number): Loop {
    return new Loop(Array.isArray(items) ? items : Array.from(items), recurse, depth)
  }

  /** At each round of a loop: is there still time and room? */
  tick(outputLength: number, _at: number): void {
    this.budget.step()
    this.budget.output(outputLength)
    if (this.services.signal?.aborted) throw this.services.signal.reason
  }

  // Templates inside templates

  /** Runs what belongs to another template or goes one level deeper; an error inside keeps the frames that led to it. */
  inside<T>(source: Source, run: () => T | Promise<T>): T | Promise<T> {
    this.budget.enter()
    const frame: Frame = { source, at: 0 }
    const outer = this.#frame
    this.frames.push(frame)
    this.#frame = frame
    const leave = (result: T): T => {
      this.budget.leave()
      this.frames.pop()
      this.#frame = outer
      return result
    }
    const result = run()
    return result instanceof Promise ? result.then(leave) : leave(result)
  }

  /** One level deeper in the template that runs now. */
  nested<T>(run: () => T | Promise<T>): T | Promise<T> {
    return this.inside(this.#frame.source, run)
  }

  async include(
    ctx: Context,
    name: unknown,
    locals: readonly (readonly [string, unknown])[] | undefined,
    ignoreMissing: boolean,
    at: number,
  ): Promise<string> {
    this.#frame.at = at
    const found = await this.#find(name, ignoreMissing)
    if (found === undefined) return ''
    const inner =
      locals === undefined
        ? this.context(found.template, found.base)
        : this.context(found.template, ctx.base, ctx.shared(locals))
    return this.inside(found.template.source, () => found.template.root(this, inner))
  }

  async importModule(
    ctx: Context,
    name: unknown,
    locals: readonly (readonly [string, unknown])[] | undefined,
    at: number,
  ): Promise<TemplateModule> {
    this.#frame.at = at
    const known = locals === undefined && typeof name === 'string' ? this.#modules.get(name) : undefined
    if (known !== undefined) return known
    const found = await this.#find(name, false)
    if (found === undefined) throw new TemplateMissing('error', String(name))
    const inner =
      locals === undefined
        ? this.context(found.template, found.base)
        : this.context(found.template, ctx.base, ctx.shared(locals))
    const text = await this.inside(found.template.source, () => found.template.root(this, inner))
    const module = new TemplateModule(found.template.source.name, text, inner)
    if (locals === undefined && typeof name === 'string' && !name.startsWith('.'))
      this.#modules.set(name, module)
    return module
  }

  /** A name that a module must have. */
  imported(module: TemplateModule, name: string, at: number): unknown {
    this.#frame.at = at
    const value = module.attribute(name)
    if (value !== undefined) return value
    return this.undefined(
      `the template '${module.name}' (imported on line ${this.#frame.source.placeOf(at).line}) does not export the requested name '${name}'`,
    )
  }

  async extend(
    ctx: Context,
    already: CompiledTemplate | undefined,
    name: unknown,
    at: number,
  ): Promise<CompiledTemplate> {
    this.#frame.at = at
    if (already !== undefined) throw new TemplateProblem('syntax', 'extended multiple times')
    const found = await this.#find(name, false)
    if (found === undefined) throw new TemplateMissing('error', String(name))
    addBlocks(ctx, found.template.blocks)
    return found.template
  }

  renderParent(parent: CompiledTemplate, ctx: Context): string | Promise<string> {
    return this.inside(parent.source, () => parent.root(this, ctx))
  }

  async renderBlock(
    ctx: Context,
    name: string,
    locals: readonly (readonly [string, unknown])[] | undefined,
    at: number,
  ): Promise<string> {
    this.#frame.at = at
    const chain = ctx.blocks.get(name) ?? []
    const block = chain[0]
    if (block === undefined || (block.required && chain.length <= 1)) {
      throw new TemplateProblem('syntax', `Required block '${name}' not found`)
    }
    const inner = locals === undefined ? ctx : ctx.derived(locals)
    return this.nested(() => block.render(this, inner))
  }

  /** `super`: the definition behind `block`, ready to be called. */
  superOf(ctx: Context, name: string, block: Block, at: number): unknown {
    this.#frame.at = at
    const chain = ctx.blocks.get(name) ?? []
    const index = chain.indexOf(block) + 1
    return index < chain.length
      ? new BlockReference(name, ctx, index)
      : this.undefined(`there is no parent block called '${name}'.`)
  }

  context(template: CompiledTemplate, base: BaseNames, inherited?: ReadonlyMap<string, unknown>): Context {
    const ctx: Context = new Context({
      source: template.source,
      base,
      inherited: new Map(inherited ?? []),
      undefinedOf: (name) =>
        name === 'self' ? this.undefined("'self' is undefined") : this.undefined(`'${name}' is undefined`),
    })
    const isMain = template.source === this.frames[0]?.source
    ctx.assign('self', new SelfReference(isMain ? 'None' : `'${template.source.name}'`, ctx))
    addBlocks(ctx, template.blocks)
    return ctx
  }

  async #find(name: unknown, ignoreMissing: boolean): ReturnType<RuntimeServices['load']> {
    if (name instanceof Undefined) return name.fail()
    const names = Array.isArray(name) ? name : [name]
    for (const each of names) {
      if (each instanceof TemplateModule) continue
      const text = plainKey(each)
      if (typeof text !== 'string') throw typeError(`'${pythonTypeName(text)}' is no name of a template`)
      this.budget.step()
      const found = await this.services.load(text, this.#frame.source)
      if (found !== undefined) return found
    }
    if (ignoreMissing) return undefined
    throw new TemplateMissing(
      'error',
      names.length === 1 ? String(names[0]) : `none of the templates given were found: ${names.join(', ')}`,
    )
  }

  // Profiles

  profileStart(label: unknown, at: number): void {
    this.#frame.at = at
    this.#profiles.push({ label: this.str(label), start: this.services.now() })
  }

  profileEnd(): void {
    const profile = this.#profiles.pop()
    if (profile !== undefined) this.services.profiled(profile.label, this.services.now() - profile.start)
  }
}

function addBlocks(ctx: Context, blocks: ReadonlyMap<string, Block>): void {
  for (const [name, block] of blocks) {
    const chain = ctx.blocks.get(name)
    if (chain === undefined) ctx.blocks.set(name, [block])
    else chain.push(block)
  }
}

function plainKey(value: unknown): unknown {
  return value instanceof Markup ? value.text : value
}

function canIterate(value: unknown): boolean {
  return typeof value === 'object' ? value !== null : typeof value === 'string'
}

/** A block as a value: calling it gives its text. */
class BlockReference extends Callable {
  readonly #name: string
  readonly #ctx: Context
  readonly #index: number

  constructor(name: string, ctx: Context, index: number) {
    super()
    this.#name = name
    this.#ctx = ctx
    this.#index = index
  }

  get typeName(): string {
    return 'BlockReference'
  }

  override repr(): string {
    return `<BlockReference '${this.#name}'>`
  }

  attribute(name: string, rt: Runtime): unknown {
    if (name !== 'super') return undefined
    const chain = this.#ctx.blocks.get(this.#name) ?? []
    if (this.#index + 1 < chain.length) return new BlockReference(this.#name, this.#ctx, this.#index + 1)
    return rt.undefined(`there is no parent block called '${this.#name}'.`)
  }

  override invoke(rt: Runtime): unknown {
    const block = this.#ctx.blocks.get(this.#name)?.[this.#index]
    return block === undefined ? '' : rt.nested(() => block.render(rt, this.#ctx))
  }
}

/** `self`: the blocks of the template by name. */
class SelfReference extends Callable {
  readonly #name: string
  readonly #ctx: Context

  constructor(name: string, ctx: Context) {
    super()
    this.#name = name
    this.#ctx = ctx
  }

  get typeName(): string {
    return 'TemplateReference'
  }

  override repr(): string {
    return `<TemplateReference ${this.#name}>`
  }

  attribute(name: string): unknown {
    return this.#ctx.blocks.has(name) ? new BlockReference(name, this.#ctx, 0) : undefined
  }

  override invoke(): never {
    throw typeError("'TemplateReference' object is not callable")
  }
}
