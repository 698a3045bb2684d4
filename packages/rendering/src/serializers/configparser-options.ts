// SPDX-License-Identifier: Apache-2.0

/** Settings by name; null for one without a value. */
export type Section = Map<string, string | null>

/** What Python's `ConfigParser` is made with. */
export interface ParserOptions {
  /** Settings that every section has. */
  readonly defaults: Section
  readonly allowsNoValue: boolean
  readonly delimiters: readonly string[]
  readonly commentPrefixes: readonly string[]
  readonly inlinePrefixes: readonly string[]
  /** Whether a section or a setting may be there once only. */
  readonly isStrict: boolean
  readonly keepsEmptyLines: boolean
  readonly defaultSection: string
  /** Whether `%(name)s` stands for another setting. */
  readonly interpolates: boolean
}
