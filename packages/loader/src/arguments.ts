// SPDX-License-Identifier: Apache-2.0

/** One declared argument: its type, doc, default, and the parse that coerces what the wire brought. */
export interface ArgSpec<T, Required extends boolean = boolean> {
  /** `string`, `boolean`, … as the builders of `arg` name it. */
  readonly kind: string
  /** What it means, in a sentence. */
  readonly doc: string
  /** Of a choice: the words. */
  readonly choices?: readonly string[]
  /** Whether a call without it is refused. */
  readonly required: Required
  /** `parse` is given words of a command line as they travel, since what is inside a list or map may be text. */
  readonly readsWords?: true
  /** `rest`: takes all further positional values; `keywords`: takes all keywords no other argument names. */
  readonly collect?: 'rest' | 'keywords'
  /** The value when none is given; absent means undefined. */
  readonly fallback?: T
  /** Coerces a value from outside; throws a plain Error whose message says what was expected. */
  parse(value: unknown): T
}

/** The arguments of a function, in positional order: required, optional, rest, keywords. */
// biome-ignore lint/suspicious/noExplicitAny: an argument of any type; variance leaves no narrower bound
export type Args = Record<string, ArgSpec<any>>

/** What `run` receives: every argument, defaults filled in. */
export type Values<A extends Args> = {
  // biome-ignore lint/suspicious/noExplicitAny: see Args
  readonly [K in keyof A]: A[K] extends ArgSpec<infer T, any> ? T : never
}

/** What a caller gives by name: required arguments, and any of the others. */
export type Input<A extends Args> = {
  readonly [K in keyof A as A[K]['required'] extends true ? K : never]: Values<A>[K]
} & {
  readonly [K in keyof A as A[K]['required'] extends true ? never : K]?: Values<A>[K]
}
