// SPDX-License-Identifier: Apache-2.0
import type { Place } from '../problem.ts'
import type { Test } from '../types.ts'

/** One term of an expression, as a matcher gets it. */
export interface Term {
  /** What to match with, without letter and `@`. */
  readonly pattern: string
  /** Between key and value, and between the levels of a key. */
  readonly delimiter: string
  /** Where the term stands, for errors. */
  readonly place: Place
}

/** One way of describing minions. */
export interface Matcher {
  /** In compound expressions: the letter before `@`. */
  readonly letter?: string
  /** Whether the letter may be followed by a delimiter of its own, `G|@key|value`. */
  readonly delimited?: true
  /**
   * What an unreadable term does to the compound expression around it: `refuse` makes all of it invalid;
   * `drop` lets the other alternatives of an `or` stand, as they do in Salt, and warns.
   */
  readonly whenUnreadable: 'refuse' | 'drop'
  /** Throws `TARGET_INVALID`, pointing at `term.place`. */
  compile(term: Term): Test
}
