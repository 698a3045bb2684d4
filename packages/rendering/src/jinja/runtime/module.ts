// SPDX-License-Identifier: Apache-2.0
import { PythonObject } from '@halite/core'
import type { Context } from './context.ts'
import type { HasAttributes } from './objects.ts'

/** An imported template: what it assigned at its top level, and the text it gave. */
export class TemplateModule extends PythonObject implements HasAttributes {
  readonly name: string
  readonly #text: string
  readonly #context: Context

  constructor(name: string, text: string, context: Context) {
    super()
    this.name = name
    this.#text = text
    this.#context = context
  }

  get typeName(): string {
    return 'TemplateModule'
  }

  override repr(): string {
    return `<TemplateModule '${this.name}'>`
  }

  override str(): string {
    return this.#text
  }

  attribute(name: string): unknown {
    return name === 'self' ? undefined : this.#context.exported(name)
  }
}
