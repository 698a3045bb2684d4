// SPDX-License-Identifier: Apache-2.0
import { PythonObject } from '@halite/core'
import type { Block } from '../compiler/compile.ts'
import type { Context } from './context.ts'
import { TemplateProblem } from './errors.ts'
import { Callable, type HasAttributes } from './objects.ts'
import type { Runtime } from './runtime.ts'

/** Puts the blocks of a template behind those that the templates extending it define. */
export function addBlocks(ctx: Context, blocks: ReadonlyMap<string, Block>): void {
  for (const [name, block] of blocks) {
    const chain = ctx.blocks.get(name)
    if (chain === undefined) ctx.blocks.set(name, [block])
    else chain.push(block)
  }
}

/** The text of a block as the outermost template defines it. */
export function renderBlock(rt: Runtime, ctx: Context, name: string): string | Promise<string> {
  const chain = ctx.blocks.get(name) ?? []
  const block = chain[0]
  if (block === undefined || (block.required && chain.length <= 1)) {
    throw new TemplateProblem('syntax', `Required block '${name}' not found`)
  }
  return rt.nested(() => block.render(rt, ctx))
}

/** The definition behind `block`, or what fails when there is none and it is used. */
export function superOf(
  rt: Runtime,
  ctx: Context,
  { name, block }: { readonly name: string; readonly block: Block },
): unknown {
  const chain = ctx.blocks.get(name) ?? []
  return referenceTo(rt, ctx, { name, index: chain.indexOf(block) + 1 })
}

function referenceTo(rt: Runtime, ctx: Context, { name, index }: { name: string; index: number }): unknown {
  const chain = ctx.blocks.get(name) ?? []
  if (index < chain.length) return new BlockReference(name, ctx, index)
  return rt.undefined(`there is no parent block called '${name}'.`)
}

/** A block as a value: calling it gives its text. */
class BlockReference extends Callable implements HasAttributes {
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
    return referenceTo(rt, this.#ctx, { name: this.#name, index: this.#index + 1 })
  }

  override invoke(rt: Runtime): unknown {
    const block = this.#ctx.blocks.get(this.#name)?.[this.#index]
    return block === undefined ? '' : rt.nested(() => block.render(rt, this.#ctx))
  }
}

/** `self`: the blocks of the template by name. */
export class SelfReference extends PythonObject implements HasAttributes {
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
}
