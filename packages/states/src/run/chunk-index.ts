// SPDX-License-Identifier: Apache-2.0
import { entriesOf, isMap, pythonStr } from '@halite/core'
import { compileGlob } from '@halite/targeting'
import type { Chunk } from './chunk.ts'

/** A requisite: a module, `id` or `sls`, and an id, a name or a glob of those. */
export interface Reference {
  readonly key: string
  readonly value: unknown
}

/** A requisite as it is written: `{pkg: vim}`, `{pkg.installed: vim}`, or an id alone. */
export function referenceOf(written: unknown): Reference {
  if (!isMap(written)) return { key: 'id', value: written }
  const [[key, value] = ['id', null]] = entriesOf(written)
  return { key: pythonStr(key).split('.', 1)[0] ?? '', value }
}

/** Finds the states that a requisite means. */
export class ChunkIndex {
  readonly chunks: readonly Chunk[]
  readonly #places = new Map<Chunk, number>()
  readonly #byName = new Map<string, Chunk[]>()
  readonly #bySls = new Map<string, Chunk[]>()
  readonly #found = new Map<string, readonly Chunk[]>()

  constructor(chunks: readonly Chunk[]) {
    this.chunks = chunks
    for (const [place, chunk] of chunks.entries()) {
      this.#places.set(chunk, place)
      add(this.#byName, chunk.id, chunk)
      if (chunk.name !== chunk.id) add(this.#byName, chunk.name, chunk)
      add(this.#bySls, chunk.sls, chunk)
      const includers = chunk.low['__sls_included_from__']
      for (const sls of Array.isArray(includers) ? new Set(includers.map(pythonStr)) : []) {
        if (sls !== chunk.sls) add(this.#bySls, sls, chunk)
      }
    }
  }

  /** In the order of the run. A reference to nothing at all, None, means no state and misses none: undefined. */
  matching({ key, value }: Reference): readonly Chunk[] | undefined {
    if (value === null || value === undefined) return undefined
    const text = pythonStr(value)
    const name = `${key}\0${text}`
    let found = this.#found.get(name)
    if (found === undefined) {
      found = this.#find(key, text)
      this.#found.set(name, found)
    }
    return found
  }

  #find(key: string, text: string): readonly Chunk[] {
    if (key === 'sls') return this.#inOrder(this.#named(this.#bySls, text, (chunk) => chunk.sls))
    const named = this.#named(
      this.#byName,
      text,
      (chunk) => chunk.name,
      (chunk) => chunk.id,
    )
    return this.#inOrder(named.filter((chunk) => key === 'id' || chunk.state === key))
  }

  #named(
    index: ReadonlyMap<string, readonly Chunk[]>,
    text: string,
    ...names: readonly ((chunk: Chunk) => string)[]
  ): readonly Chunk[] {
    const exact = index.get(text) ?? []
    if (!/[*?[]/.test(text)) return exact
    const matches = compileGlob(text)
    const globbed = this.chunks.filter((chunk) => names.some((nameOf) => matches(nameOf(chunk))))
    return [...new Set([...exact, ...globbed])]
  }

  #inOrder(chunks: readonly Chunk[]): readonly Chunk[] {
    const place = (chunk: Chunk) => this.#places.get(chunk) ?? 0
    return [...chunks].sort((a, b) => place(a) - place(b))
  }
}

function add(index: Map<string, Chunk[]>, name: string, chunk: Chunk): void {
  const known = index.get(name)
  if (known === undefined) index.set(name, [chunk])
  else known.push(chunk)
}
