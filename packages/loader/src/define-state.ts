// SPDX-License-Identifier: Apache-2.0
import { arg, type RequiredArg } from './arg.ts'
import type { Args, Values } from './arguments.ts'
import type { ExecContext } from './services/table.ts'
import type { StateCall } from './state-call.ts'
import type { StateFn, StateModule, StateReturn } from './state-module.ts'

/** What a state function sees: all that an execution function does, and the state it runs for. */
export interface StateContext extends ExecContext {
  readonly state: StateCall
}

type NamedArgs<A extends Args> = { readonly name: RequiredArg<string> } & A

/** What `stateFn` takes. The argument `name` is every state's own and need not be declared. */
export interface StateFnInput<A extends Args> {
  readonly doc: string
  readonly examples?: readonly string[]
  readonly args?: A
  run(ctx: StateContext, args: Values<NamedArgs<A>>): StateReturn | Promise<StateReturn>
}

const stateName = arg.string('What the state is about; default its id.')

/**
 * Declares a function of a state module. An argument that is not declared makes the state fail and names the nearest one;
 * with an argument of `arg.keywords` all are accepted.
 */
// biome-ignore lint/complexity/noBannedTypes: an empty record of arguments
export function stateFn<const A extends Args = {}>(
  input: StateFnInput<A>,
): StateFn<NamedArgs<A>, StateContext> {
  const { doc, examples = [], args = {} as A, run } = input
  return { doc, examples, args: { name: stateName, ...args }, inline: false, run }
}

/** Declares a state module: the default export of its file. */
export function defineState(module: StateModule<StateContext>): StateModule<StateContext> {
  return module
}
