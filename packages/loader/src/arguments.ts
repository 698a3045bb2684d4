// SPDX-License-Identifier: Apache-2.0

/** One declared argument: its type, doc, default, and the parse that coerces what the wire brought. */
export interface ArgSpec<T, Required extends boolean = boolean> {
  readonly kind: string
  readonly doc: string
  readonly required: Required
  /** `rest`: takes all further positional values; `keywords`: takes all keywords no other argument names. */
  readonly collect?: 'rest' | 'keywords'
  readonly fallback?: T
  /** Coerces a value from outside; throws a plain Error whose message says what was expected. */
  parse(value: unknown): T
}

// biome-ignore lint/suspicious/noExplicitAny: an argument of any type; variance leaves no narrower bound
export type Args = Record<string, ArgSpec<any>>

/** What `run` receives: every argument, defaults filled in. */
export type Values<A extends Args> = {
  // biome-ignore lint/suspicious/noExplicitAny: see Args
  readonly [K in keyof A]: A[K] extends ArgSpec<infer T, any> ? T : never
}
