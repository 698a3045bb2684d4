// SPDX-License-Identifier: Apache-2.0
import { YamlFault } from './fault.ts'
import { coreTag, type MappingNode, type Node, type Pair, textTag } from './node.ts'

/** How many pairs `<<` may bring to the mappings of one document: maps that merge maps grow by a power at each level. */
const maxMergedPairs = 200_000

/** Resolves `<<` and `=` as keys of the mappings of one document. */
export class KeyMerger {
  #merged = 0

  /**
   * Puts what `<<` brings in front of the pairs of a mapping, of several maps the last one first, without the keys that the
   * mapping has itself; `=` as a key is text. As Salt's loader does it. Throws `YamlFault`, also where the document merges
   * more than `maxMergedPairs`.
   */
  apply(node: MappingNode): void {
    if (!hasSpecialKey(node)) return
    const own: Pair[] = []
    const sources: Node[] = []
    for (const { key, value } of node.pairs) {
      if (tagOf(key) === mergeTag) sources.push(value)
      else own.push({ key: tagOf(key) === valueTag ? asText(key) : key, value })
    }
    const merged = withPairs(node, own, () => sources.flatMap((source) => this.#broughtBy(source)))
    const names = new Set(own.map(({ key }) => contentOf(key)))
    node.pairs = [...merged.filter(({ key }) => !names.has(contentOf(key))), ...own]
  }

  #broughtBy(value: Node): Pair[] {
    if (value.kind === 'mapping') return this.#flattened(value)
    if (value.kind === 'scalar')
      throw new YamlFault(value.start, 'expected a mapping or list of mappings for merging, but found scalar')
    const parts = value.items.map((item) => {
      if (item.kind === 'mapping') return this.#flattened(item)
      throw new YamlFault(item.start, `expected a mapping for merging, but found ${item.kind}`)
    })
    return parts.reverse().flat()
  }

  #flattened(node: MappingNode): Pair[] {
    this.apply(node)
    this.#merged += node.pairs.length
    if (this.#merged > maxMergedPairs)
      throw new YamlFault(
        node.start,
        `merge keys (<<) bring more than ${maxMergedPairs} keys to this document`,
      )
    return node.pairs
  }
}

/** The tag of a plain `<<`. */
export const mergeTag = coreTag('merge')
/** The tag of a plain `=`. */
export const valueTag = coreTag('value')

/** What `read` gives while a mapping has these pairs: what it merges may be the mapping itself. */
function withPairs<T>(node: MappingNode, pairs: Pair[], read: () => T): T {
  const before = node.pairs
  node.pairs = pairs
  try {
    return read()
  } finally {
    node.pairs = before
  }
}

/** The tag of a scalar that is `<<` or `=`, or of any node with a tag. */
function tagOf(node: Node): string | undefined {
  return node.tag ?? (node.kind === 'scalar' ? specialTag(node.text) : undefined)
}

/** YAML 1.1 has types for plain `=` and `<<`. */
export function specialTag(text: string): string | undefined {
  return text === '<<' ? mergeTag : text === '=' ? valueTag : undefined
}

function hasSpecialKey({ pairs }: MappingNode): boolean {
  for (const { key } of pairs) if (isSpecial(key)) return true
  return false
}

function isSpecial(key: Node): boolean {
  if (key.tag === undefined) return key.kind === 'scalar' && specialTag(key.text) !== undefined
  return key.tag === mergeTag || key.tag === valueTag
}

function asText(key: Node): Node {
  return key.kind === 'scalar' ? { ...key, tag: textTag } : key
}

/** What Salt compares keys by: the text of a scalar, whatever its type. */
function contentOf(key: Node): unknown {
  return key.kind === 'scalar' ? key.text : key
}
