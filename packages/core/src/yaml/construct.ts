// SPDX-License-Identifier: Apache-2.0
import { isHashable } from '../values/key.ts'
import { type DataMap, keysOf, MapBuilder } from '../values/maps.ts'
import { pythonRepr, pythonStr } from '../values/text.ts'
import { type Tuple, tupleOf } from '../values/tuple.ts'
import { YamlFault } from './fault.ts'
import { KeyMerger, specialTag, valueTag } from './merge-keys.ts'
import {
  coreTag,
  type MappingNode,
  mappingTag,
  type Node,
  type ScalarNode,
  type SequenceNode,
  sequenceTag,
} from './node.ts'
import { isScalarTag, plainScalar, ScalarError, taggedScalar } from './tagged-scalar.ts'

type Collection = SequenceNode | MappingNode

/** How nodes become values. */
export interface ConstructOptions {
  /** Nodes may stand in several places, and are one value there. */
  readonly hasAliases: boolean
  /** Every scalar is the text that stands there. */
  readonly textsOnly?: boolean
}

/** The value that a node stands for, as Salt's loader makes it. Throws `YamlFault`; of several, the one that Salt reports. */
export function construct(root: Node, options: ConstructOptions): unknown {
  try {
    return new Constructor(options).value(root)
  } catch (error) {
    if (error instanceof YamlFault) new LevelByLevel(options).check(root)
    throw error
  }
}

class Constructor {
  readonly #options: ConstructOptions
  /** Values of collections, while there are aliases; undefined as long as one is being made. */
  readonly #made = new Map<Node, unknown>()
  readonly #merger = new KeyMerger()

  constructor(options: ConstructOptions) {
    this.#options = options
  }

  value(node: Node): unknown {
    if (node.kind === 'scalar') return this.#scalar(node)
    return this.#options.hasAliases ? this.#shared(node) : this.#collection(node)
  }

  #shared(node: Collection): unknown {
    if (this.#made.has(node)) {
      const value = this.#made.get(node)
      if (value === undefined) throw new YamlFault(node.start, 'found unconstructable recursive node')
      return value
    }
    this.#made.set(node, undefined)
    const value = this.#collection(node)
    this.#made.set(node, value)
    return value
  }

  #scalar(node: ScalarNode): unknown {
    const { text, start } = node
    if (this.#options.textsOnly === true) return text
    const tag = node.tag ?? specialTag(text)
    try {
      if (tag === undefined) return plainScalar(text)
      if (isScalarTag(tag)) return taggedScalar(tag, text)
    } catch (error) {
      throw error instanceof ScalarError ? new YamlFault(start, error.message) : error
    }
    throw mismatch({ ...node, tag })
  }

  /** The value of a list or map; its parts are those that `value` gives. */
  #collection(node: Collection): unknown {
    if (node.kind === 'sequence') {
      if (node.tag === sequenceTag) return node.items.map((item) => this.value(item))
      if (node.tag === omapTag || node.tag === pairsTag) return this.#pairs(node)
      throw mismatch(node)
    }
    if (node.tag === mappingTag) return this.#map(node)
    if (node.tag === setTag) return new Set(keysOf(this.#map(node)))
    return this.#standIn(node)
  }

  #map(node: MappingNode): DataMap {
    this.#merger.apply(node)
    const map = new MapBuilder()
    for (const { key: keyNode, value: valueNode } of node.pairs) {
      const key = this.value(keyNode)
      if (!isHashable(key)) throw new YamlFault(keyNode.start, 'found unacceptable key', node.start)
      const value = this.value(valueNode)
      if (map.has(key))
        throw new YamlFault(keyNode.start, `found conflicting ID '${pythonStr(key)}'`, node.start)
      map.set(key, value)
    }
    return map.build()
  }

  #pairs({ items, start }: SequenceNode): Tuple[] {
    return items.map((item) => {
      if (item.kind !== 'mapping')
        throw new YamlFault(item.start, `expected a mapping of length 1, but found ${item.kind}`, start)
      const [pair, ...more] = item.pairs
      if (pair === undefined || more.length > 0) {
        const count = item.pairs.length
        throw new YamlFault(item.start, `expected a single mapping item, but found ${count} items`, start)
      }
      return tupleOf([this.value(pair.key), this.value(pair.value)])
    })
  }

  /** A map with the tag of a scalar is what stands at its key `=`. */
  #standIn(node: MappingNode): unknown {
    const { value } = node.pairs.find(({ key }) => isValueKey(key)) ?? {}
    if (value?.kind !== 'scalar' || !isScalarTag(node.tag)) throw mismatch(node)
    return this.#scalar({ ...value, tag: node.tag })
  }
}

function isValueKey(key: Node): boolean {
  return (key.tag ?? (key.kind === 'scalar' ? specialTag(key.text) : undefined)) === valueTag
}

/**
 * Finds the first mistake in Salt's order: its loader makes a list or map with all parts that are scalars before it looks
 * into those that are not.
 */
class LevelByLevel extends Constructor {
  readonly #waiting: Node[] = []
  readonly #met = new Set<Node>()

  check(root: Node): void {
    this.value(root)
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) super.value(next)
  }

  override value(node: Node): unknown {
    if (!wanted.has(node.tag ?? '')) return super.value(node)
    if (!this.#met.has(node)) this.#waiting.push(node)
    this.#met.add(node)
    return []
  }
}

const omapTag = coreTag('omap')
const pairsTag = coreTag('pairs')
const setTag = coreTag('set')

/** What a tag wants that stands at another kind of node. */
const wanted = new Map([
  [sequenceTag, 'a sequence node'],
  [mappingTag, 'a mapping node'],
  [setTag, 'a mapping node'],
  [omapTag, 'a sequence'],
  [pairsTag, 'a sequence'],
])

function mismatch({ tag, kind, start }: { tag: string; kind: Node['kind']; start: number }): YamlFault {
  const expected = wanted.get(tag) ?? (isScalarTag(tag) ? 'a scalar node' : undefined)
  const problem =
    expected === undefined
      ? `could not determine a constructor for the tag ${pythonRepr(tag)}`
      : `expected ${expected}, but found ${kind}`
  return new YamlFault(start, problem)
}
