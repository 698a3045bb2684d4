// SPDX-License-Identifier: Apache-2.0
import type { Args, Values } from './arguments.ts'
import type { GrainContext } from './context.ts'
import type { Needs } from './needs.ts'

/** What a function looks at of the facts of the machine. `quick grains` are those that need no program and no network. */
export type Reads = 'grains' | 'quick grains' | 'pillar' | 'modules'

/** One function of a module. `inline` ones are pure and quick: the daemon runs them itself, without an executor. */
// biome-ignore lint/suspicious/noExplicitAny: by default a function of any context
export interface Fn<A extends Args = Args, C = any, R = unknown> {
  /** What it does and returns, in sentences; reStructuredText's double backquotes mark code. `sys.doc` prints it. */
  readonly doc: string
  /** Command lines that call it. */
  readonly examples: readonly string[]
  /** In positional order. */
  readonly args: A
  readonly inline: boolean
  /**
   * What it looks at of `ctx.grains`, `ctx.pillar` and `ctx.modules`. For an inline function the rest is not made:
   * `salt-call test.ping` waits for no grain. What runs in an executor has all of it, but `salt-call` waits for slow grains
   * only where `grains` is named.
   */
  readonly reads?: readonly Reads[]
  /** The outputter that shows its return; default nested. */
  readonly outputter?: string
  /**
   * Called with arguments that keep their declarations. What it returns or resolves to is plain data, or `failed(…)`;
   * it throws `COMMAND_FAILED` when the work cannot be done, `ARGUMENTS_INVALID` when arguments contradict each other.
   */
  run(ctx: C, args: Values<A>): R | Promise<R>
}

/** What a module may look at to decide whether it loads. */
export interface LoadContext {
  readonly grains: Readonly<Record<string, unknown>>
  readonly options: Readonly<Record<string, unknown>>
}

/** An execution module, runner or wheel module: a name and its functions. */
// biome-ignore lint/suspicious/noExplicitAny: a module holds functions of every argument type
export interface Module<F extends Record<string, Fn<any, any, any>> = Record<string, Fn<any, any, any>>> {
  readonly name: string
  /** The name it answers to, when it is one provider of several. */
  readonly virtual?: string
  /** What its functions have in common, in a sentence or more. */
  readonly doc: string
  /** What the machine must have for it to load. */
  readonly needs?: Needs
  /**
   * For what `needs` cannot say: true to load; a text says why it declines. It runs in executors alone. Looks and decides: it changes nothing, and is asked more than
   * once.
   */
  readonly loadIf?: (ctx: LoadContext) => true | string | Promise<true | string>
  readonly functions: F
}

/** A source of grains: facts about the machine that change rarely. */
export interface Grain {
  readonly name: string
  readonly doc: string
  /** Every key it may give, so that one grain can be asked for without collecting all. */
  readonly provides: readonly string[]
  /** Takes long or waits for the network: collected after the first ping is answered. */
  readonly slow?: boolean
  /** What the machine must have for it to apply: `platform`, `programs`, `options`. There are no grains to decide by yet. */
  readonly needs?: Pick<Needs, 'platform' | 'programs' | 'options'>
  /** The grains it finds; a key that does not apply is left out. What it throws costs only its own grains. */
  collect(ctx: GrainContext): Promise<Readonly<Record<string, unknown>>> | Readonly<Record<string, unknown>>
}

/** How the reader wants it shown. */
export interface OutputStyle {
  readonly color: boolean
  /** `--out-indent`; undefined = the outputter's own default. */
  readonly indent: number | undefined
  /** The return code of the function it shows, 0 if absent; an outputter may show a failure in its own colours. */
  readonly retcode?: number
  /** How results of states are shown; default as the options say by default. */
  readonly states?: StatesStyle
}

/** How results of states are shown, as the options of these names say. */
export interface StatesStyle {
  /** `state_output`. */
  readonly output: string
  /** `state_verbose`: states that succeeded and changed nothing, too. */
  readonly verbose: boolean
  /** `state_output_diff`: only what changed, or failed. */
  readonly diff: boolean
  /** `state_output_profile`: when each began, and how long it took. */
  readonly profile: boolean
  /** `state_output_pct`. */
  readonly pct: boolean
  /** `state_tabular`: true, or a format of Python's. */
  readonly tabular: boolean | string
  /** `state_compress_ids`. */
  readonly compressIds: boolean
  /** `state_output_exclude`: results, such as `True`, that the output `filter` leaves out. */
  readonly exclude: readonly string[]
  /** `state_output_terse`: results that the output `filter` shows in one line. */
  readonly terse: readonly string[]
}

/** Turns a return, `{ id: value }` or a plain value, into the text that is printed (without the last newline). */
export interface Outputter {
  readonly name: string
  readonly doc: string
  /**
   * A program reads what it prints, and standard output holds nothing beside it. `documents`: each return is one that can
   * be read alone; `lines`: all that is printed is read together, so no key may stand twice.
   */
  readonly forPrograms?: 'documents' | 'lines'
  /** It prints nothing: a person or a function may ask for it, a return may not. */
  readonly showsNothing?: true
  render(data: unknown, style: OutputStyle): string
}
