// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto'
import { pack } from '@halite/core'

/** A page of a list, as it is sent. */
export interface ListPage {
  /** Another one when the list is. */
  readonly revision: string
  /** Pages there are. */
  readonly pages: number
  /** Packed list of items; absent when the asker holds this revision, or there is no such page. */
  readonly items?: Uint8Array
}

interface Paged {
  readonly revision: string
  readonly pages: readonly unknown[][]
  readonly packed: Map<number, Uint8Array>
}

const pageItems = 5000

/** Lists in pages that are packed once: what is known of a list is kept for as long as the list is. */
export class PagedLists {
  readonly #known = new WeakMap<object, Paged>()

  /** Page `page`, from 0, of a list of items; `owner` stands for the list, and is another object when that is another one. */
  page(
    owner: object,
    items: () => readonly unknown[],
    { page, held }: { page: number; held?: string | undefined },
  ): ListPage {
    const paged = this.#known.get(owner) ?? this.#add(owner, items())
    const { revision, pages } = paged
    const wanted = pages[page]
    if (revision === held || wanted === undefined) return { revision, pages: pages.length }
    const packed = paged.packed.get(page) ?? Buffer.from(pack(wanted))
    paged.packed.set(page, packed)
    return { revision, pages: pages.length, items: packed }
  }

  #add(owner: object, items: readonly unknown[]): Paged {
    const pages: unknown[][] = []
    for (let at = 0; at < items.length; at += pageItems) pages.push(items.slice(at, at + pageItems))
    const paged = { revision: randomUUID(), pages, packed: new Map() }
    this.#known.set(owner, paged)
    return paged
  }
}
