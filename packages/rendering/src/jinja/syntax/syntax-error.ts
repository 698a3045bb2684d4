// SPDX-License-Identifier: Apache-2.0
import type { Source } from './source.ts'

/** A template that breaks the rules of the language; `at` is an offset in its source. Messages are Jinja's. */
export class TemplateSyntaxError extends Error {
  override readonly name = 'TemplateSyntaxError'
  readonly at: number
  /** The template, once it is known which of several it is. */
  source: Source | undefined

  constructor(message: string, at: number) {
    super(message)
    this.at = at
  }
}
