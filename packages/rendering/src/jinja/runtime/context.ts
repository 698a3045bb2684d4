// SPDX-License-Identifier: Apache-2.0
import type { Block } from '../compiler/compile.ts'
import type { Source } from '../syntax/source.ts'
import { Undefined } from './undefined.ts'

/** Where names come from that no template assigned: the caller's context, then the globals. Undefined: not there. */
export interface BaseNames {
  get(name: string): unknown
  names(): Iterable<string>
}

/** Names that statements around a place have assigned, with their values. */
export type Locals = readonly (readonly [name: string, value: unknown])[]

/** The names that one template sees, and what it assigns at its top level. */
export class Context {
  readonly source: Source
  readonly base: BaseNames
  /** The chain of definitions of each block, the child's first. */
  readonly blocks: Map<string, Block[]>
  readonly #vars: Map<string, unknown>
  readonly #inherited: ReadonlyMap<string, unknown>
  readonly #undefined: (name: string) => Undefined

  constructor(options: {
    readonly source: Source
    readonly base: BaseNames
    readonly inherited?: ReadonlyMap<string, unknown>
    readonly blocks?: Map<string, Block[]>
    readonly undefinedOf: (name: string) => Undefined
  }) {
    this.source = options.source
    this.base = options.base
    this.#inherited = options.inherited ?? new Map()
    this.#vars = new Map()
    this.blocks = options.blocks ?? new Map()
    this.#undefined = options.undefinedOf
  }

  /** The value of a name, or an `Undefined` that says which name is missing. */
  resolve(name: string): unknown {
    const value = this.lookup(name)
    return value === undefined ? this.#undefined(name) : value
  }

  lookup(name: string): unknown {
    const own = this.#vars.get(name)
    if (own !== undefined) return own
    const inherited = this.#inherited.get(name)
    return inherited === undefined ? this.base.get(name) : inherited
  }

  /** Records a top-level assignment, for blocks, includes and importers. */
  assign(name: string, value: unknown): void {
    this.#vars.set(name, value)
  }

  /** What importers can have: top-level names that do not begin with an underscore. */
  exported(name: string): unknown {
    return name.startsWith('_') ? undefined : this.#vars.get(name)
  }

  /** Everything that a template sees which shares this context. */
  shared(locals: Locals = []): Map<string, unknown> {
    const all = new Map([...this.#inherited, ...this.#vars])
    for (const [name, value] of locals) {
      if (!(value instanceof Undefined)) all.set(name, value)
    }
    return all
  }

  /** The same template with more names, as a scoped block sees it. */
  derived(locals: Locals): Context {
    return new Context({
      source: this.source,
      base: this.base,
      inherited: this.shared(locals),
      blocks: this.blocks,
      undefinedOf: this.#undefined,
    })
  }
}
