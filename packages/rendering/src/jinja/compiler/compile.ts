// SPDX-License-Identifier: Apache-2.0
import type { Context } from '../runtime/context.ts'
import type { Runtime } from '../runtime/runtime.ts'
import type { SyntaxOptions } from '../syntax/options.ts'
import { parse } from '../syntax/parser.ts'
import type { Source } from '../syntax/source.ts'
import { Code, type KnownNames } from './code.ts'
import { StatementCompiler } from './statements.ts'

/** The text of a template or block; a promise where something in it waits. */
export type Render = (rt: Runtime, ctx: Context) => string | Promise<string>

/** A block as a template defines it. */
export interface Block {
  readonly required: boolean
  readonly render: Render
}

/** A template, ready to be rendered any number of times, also at once. */
export interface CompiledTemplate {
  readonly source: Source
  readonly root: Render
  readonly blocks: ReadonlyMap<string, Block>
}

/** Compiles a template. Throws `TemplateSyntaxError` with Jinja's message and the place. */
export function compile(source: Source, syntax: SyntaxOptions, known: KnownNames): CompiledTemplate {
  const code = new Code(known)
  const compiler = new StatementCompiler(code)
  const root = compiler.template(parse(source, syntax))
  const blocks = [...compiler.blocks].map(([name, block]) => `[${JSON.stringify(name)}, ${block}]`)
  const text = `"use strict";\nreturn { root: ${root}, blocks: new Map([${blocks.join(',\n')}]) };`
  const make = new Function('K', 'rt', text) as (
    constants: readonly unknown[],
    rt: BlockMaker,
  ) => Omit<CompiledTemplate, 'source'>
  return { source, ...make(code.constants, { defineBlock }) }
}

interface BlockMaker {
  defineBlock(required: boolean, make: (self: Block) => Render): Block
}

/** A block that knows itself, which is how `super()` finds the one behind it. */
function defineBlock(required: boolean, make: (self: Block) => Render): Block {
  const block: { required: boolean; render: Render } = { required, render: () => '' }
  block.render = make(block)
  return block
}
