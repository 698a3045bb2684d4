// SPDX-License-Identifier: Apache-2.0
import type { ValueType } from './value-types.ts'

/** Whose options. Tools read the options of the daemon they stand beside: `salt` the master's, `salt-call` the minion's. */
export type OptionRole = 'master' | 'minion'

/** One option: everything that the loader, the reference pages and the annotated examples need. */
export interface OptionRow<T = unknown> {
  readonly type: ValueType<T>
  /** Text in `<…>` at the start of a path stands for a directory of the platform: see `default-paths.ts`. */
  readonly default: T
  /** What it does, in a sentence or two; plain text with backticks. */
  readonly doc: string
  /** Daemons for which a change takes a restart: sockets, directories or processes were made from it. */
  readonly restart?: readonly OptionRole[]
}

/** Rows by the name of the option. */
export type OptionRows = Readonly<Record<string, OptionRow>>

/** Rows by the heading they appear under. */
export type OptionGroups = Readonly<Record<string, OptionRows>>

/** Makes a row; the compiler refuses a default that is not of the option's type. */
export function row<T>(type: ValueType<T>, fallback: NoInfer<T>, doc: string): OptionRow<T> {
  return { type, default: fallback, doc }
}

/** Marks a row: a change of the option counts at the next start of these daemons, by default of each that has it. */
export function atRestart<T>(option: OptionRow<T>, ...roles: readonly OptionRole[]): OptionRow<T> {
  return { ...option, restart: roles.length === 0 ? ['master', 'minion'] : roles }
}
