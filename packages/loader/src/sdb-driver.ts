// SPDX-License-Identifier: Apache-2.0
import type { DataMap } from '@halite/core'

/** Where `sdb://<profile>/<key>` looks. What a driver cannot do is absent. `C` is the context of functions. */
// biome-ignore lint/suspicious/noExplicitAny: by default one of any context
export interface SdbDriver<C = any> {
  readonly name: string
  readonly doc: string
  /** The value of a key; null when there is none. `profile` is what the configuration says. */
  get(ctx: C, key: string, profile: DataMap): unknown
  /** Stores a value; gives what `sdb.set` returns. */
  readonly set?: (
    ctx: C,
    key: string,
    options: { readonly value: unknown; readonly profile: DataMap },
  ) => unknown
  /** Removes a key; gives what `sdb.delete` returns. */
  readonly delete?: (ctx: C, key: string, profile: DataMap) => unknown
}
