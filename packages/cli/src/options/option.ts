// SPDX-License-Identifier: Apache-2.0
import type { OptionGroup } from './groups.ts'

interface OptionBase {
  /** Long names without dashes; the first one is shown first and named in messages. */
  readonly names: readonly [string, ...string[]]
  /** One letter. */
  readonly short?: string
  readonly doc: string
  readonly group: OptionGroup
  /** The configuration key that the option overrides when it is given; see `configOverrides`. */
  readonly config?: string
  /** What the configuration key becomes, where that is not the value itself. */
  readonly toConfig?: (value: string) => unknown
  /** Reading stops behind it, as nothing after `--help` matters. */
  readonly final?: true
}

/** Given or not. */
export interface FlagOption extends OptionBase {
  readonly type: 'flag'
}

interface ValueOption extends OptionBase {
  /** What stands for the value in `--help`. */
  readonly value: string
  /** Environment variable that replaces the default. */
  readonly env?: string
}

/** One text, taken as it stands; the last one given counts. */
export interface TextOption extends ValueOption {
  readonly type: 'text'
  readonly default?: string
}

/** One whole number: decimal, `0x…` or `0b…`, with or without a sign. Anything else is a `USAGE` error. */
export interface IntegerOption extends ValueOption {
  readonly type: 'integer'
  readonly default?: number
  readonly min?: number
}

/** One number, whole or not: `2`, `0.5`, `1e3`. Anything else is a `USAGE` error. */
export interface NumberOption extends ValueOption {
  readonly type: 'number'
  readonly default?: number
  readonly min?: number
}

/** One of the texts in `choices`, matched as they are written; anything else is a `USAGE` error that lists them. */
export interface ChoiceOption extends ValueOption {
  readonly type: 'choice'
  readonly choices: readonly string[]
  readonly default?: string
}

/** One or several values in one word, separated by commas. */
export interface NamesOption extends ValueOption {
  readonly type: 'names'
}

/** May be given several times; every value counts. */
export interface RepeatedOption extends ValueOption {
  readonly type: 'repeated'
}

/** One row of a tool's table. */
export type Option =
  | FlagOption
  | TextOption
  | IntegerOption
  | NumberOption
  | ChoiceOption
  | NamesOption
  | RepeatedOption

/** A tool's options by the property that holds the value after parsing. */
export type OptionTable = Readonly<Record<string, Option>>

type OrMissing<O> = O extends { readonly default: unknown } ? never : undefined

/** The value of one option: `undefined` only where nothing was given and the row has no default. */
export type OptionValue<O extends Option> = O extends { type: 'flag' }
  ? boolean
  : O extends { type: 'integer' | 'number' }
    ? number | OrMissing<O>
    : O extends { type: 'choice'; choices: readonly (infer C)[] }
      ? C | OrMissing<O>
      : O extends { type: 'names' | 'repeated' }
        ? readonly string[]
        : string | OrMissing<O>

/** What a command line gave, typed by the table. */
export type OptionValues<T extends OptionTable> = { readonly [K in keyof T]: OptionValue<T[K]> }

/** An option of Salt's tool that this one does not have: it is read, and then taken in vain or refused. */
export interface SaltOption {
  readonly names: readonly [string, ...string[]]
  readonly short?: string
  /** Whether a value belongs to it. */
  readonly takesValue?: true
  /** `ignored`: the command runs as if it were not there, and one line says so. `refused`: a `USAGE` error. */
  readonly treatment: 'ignored' | 'refused'
  /** Why, as a clause. */
  readonly because: string
}

/** A command line tool as its user sees it. Parsing, `--help` and usage errors all read this. */
export interface Tool<T extends OptionTable = OptionTable> {
  readonly name: string
  /** Behind the name on the usage line. */
  readonly usage: string
  readonly doc: string
  /** What becomes of other words than options, for a tool that has no use for any: a clause. */
  readonly noWords?: string
  readonly options: T
  /** Options of Salt that it does not have. */
  readonly saltOptions?: readonly SaltOption[]
  readonly examples: readonly (readonly [command: string, meaning: string])[]
}

/** Declares a tool. Identity at run time: it lets the compiler keep the table's exact type. */
export function defineTool<const T extends OptionTable>(tool: Tool<T>): Tool<T> {
  return tool
}
