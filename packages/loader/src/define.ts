// SPDX-License-Identifier: Apache-2.0
import type { Args, Values } from './arguments.ts'
import type { Fn, Grain, Module, Outputter, Reads } from './module.ts'
import type { Renderer } from './renderer.ts'
import type { SdbDriver } from './sdb-driver.ts'
import type { ExecContext } from './services/table.ts'

/** What `fn` takes: a function, with what may be left out. */
export interface FnInput<A extends Args, C, R> {
  doc: string
  examples?: readonly string[]
  args?: A
  inline?: boolean
  reads?: readonly Reads[]
  outputter?: string
  run(ctx: C, args: Values<A>): R | Promise<R>
}

/** Declares a function of an execution module. Identity at run time: it lets the compiler settle `args` before `run`. */
// biome-ignore lint/complexity/noBannedTypes: an empty record of arguments
export function fn<const A extends Args = {}, R = unknown>(
  input: FnInput<A, ExecContext, R>,
): Fn<A, ExecContext, R> {
  return { examples: [], args: {} as A, inline: false, ...input }
}

/** Declares a module: the default export of its file. */
// biome-ignore lint/suspicious/noExplicitAny: see Module
export function defineModule<const F extends Record<string, Fn<any, any, any>>>(
  module: Module<F>,
): Module<F> {
  return module
}

/** Declares a grain module: the default export of its file. */
export function defineGrain(grain: Grain): Grain {
  return grain
}

/** Declares an outputter: the default export of its file. */
export function defineOutputter(outputter: Outputter): Outputter {
  return outputter
}

/** Declares a renderer: the default export of its file. */
export function defineRenderer(renderer: Renderer<ExecContext>): Renderer<ExecContext> {
  return renderer
}

/** Declares a driver of sdb: the default export of its file. */
export function defineSdb(driver: SdbDriver<ExecContext>): SdbDriver<ExecContext> {
  return driver
}
