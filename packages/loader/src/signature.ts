// SPDX-License-Identifier: Apache-2.0
import type { ArgSpec, Args, Values } from './arguments.ts'
import type { Failed } from './context.ts'
import type { Fn } from './module.ts'
import type { ExecContext } from './services/table.ts'

/** What every provider of a virtual name says of one of its functions; each provider adds how it does it. */
export interface Signature<A extends Args = Args, R = unknown> {
  readonly doc: string
  readonly examples: readonly string[]
  /** In positional order. */
  readonly args: A
  readonly outputter?: string
  /** The function with exactly these arguments. */
  implement(run: Run<A, R>): Fn<A, ExecContext, R | Failed>
  /**
   * The function with arguments of this provider's own, none of them required, which come behind the others and before
   * those that collect. Throws a TypeError for an argument that the signature has already or that collects.
   */
  extend<const E extends OwnArgs>(own: E & NoneOf<A>, run: Run<A & E, R>): Fn<A & E, ExecContext, R | Failed>
}

/** The functions of a virtual name: function name → signature. */
// biome-ignore lint/suspicious/noExplicitAny: a contract holds signatures of every type
export type Contract = Readonly<Record<string, Signature<any, any>>>

/** How a provider does the work. */
type Run<A extends Args, R> = (ctx: ExecContext, args: Values<A>) => R | Failed | Promise<R | Failed>

/** Arguments of a provider: a required one would change the places of those that all providers have. */
// biome-ignore lint/suspicious/noExplicitAny: see Args
type OwnArgs = Record<string, ArgSpec<any, false>>

/** Without the arguments that all providers have. It stands at the parameter: as a bound it would make them `never`. */
type NoneOf<A extends Args> = { readonly [K in keyof A]?: never }

/** What `signature` takes. */
export interface SignatureInput<A extends Args> {
  readonly doc: string
  readonly examples?: readonly string[]
  readonly args?: A
  readonly outputter?: string
}

/**
 * Declares a function of a virtual name: `signature<Changes>()({ doc, examples, args })`. The return type is given, the
 * arguments are inferred; the compiler infers either all type parameters of a call or none, hence two calls.
 */
// biome-ignore lint/complexity/noBannedTypes: an empty record of arguments
export function signature<R = unknown>(): <const A extends Args = {}>(
  input: SignatureInput<A>,
) => Signature<A, R> {
  return (input) => makeSignature(input)
}

function makeSignature<A extends Args, R>(input: SignatureInput<A>): Signature<A, R> {
  // Left out, `args` is {}: what A is then.
  const declared = { examples: [], ...input, args: input.args ?? ({} as A) }
  return {
    ...declared,
    implement: (run) => ({ ...declared, inline: false, run }),
    extend: (own, run) => ({ ...declared, inline: false, args: joined(declared.args, own), run }),
  }
}

/** Required, optional, then the provider's own, then what collects: the order every function keeps. */
function joined<A extends Args, E extends Args>(args: A, own: E): A & E {
  for (const [name, spec] of Object.entries(own)) {
    if (Object.hasOwn(args, name)) throw new TypeError(`argument ${name} belongs to the signature already`)
    if (spec.required) throw new TypeError(`argument ${name} must not be required: other providers lack it`)
    if (spec.collect !== undefined) throw new TypeError(`argument ${name} collects: only a signature may`)
  }
  const entries = Object.entries(args)
  const collecting = entries.filter(([, spec]) => spec.collect !== undefined)
  const placed = entries.filter(([, spec]) => spec.collect === undefined)
  // All keys of both, which is what the type says.
  return Object.fromEntries([...placed, ...Object.entries(own), ...collecting]) as A & E
}
