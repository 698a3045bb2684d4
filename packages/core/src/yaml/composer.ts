// SPDX-License-Identifier: Apache-2.0
import { YamlFault } from './fault.ts'
import {
  coreTag,
  type MappingNode,
  mappingTag,
  type Node,
  type Pair,
  type SequenceNode,
  sequenceTag,
  textTag,
} from './node.ts'
import { Scanner } from './scanner.ts'
import type { Token, TokenType } from './token.ts'

/** The only document of a text. */
export interface Composed {
  /** Undefined for a text without a document. */
  readonly root: Node | undefined
  /** Whether a node stands in several places. */
  readonly hasAliases: boolean
}

/** Reads the one document of a text into nodes, as libyaml parses and PyYAML composes. Throws `YamlFault`. */
export function compose(text: string): Composed {
  return new Composer(text).document()
}

/** What stands in front of a node. */
interface Properties {
  readonly start: number
  readonly anchor: string | undefined
  readonly tag: string | undefined
}

class Composer {
  readonly #scanner: Scanner
  readonly #anchors = new Map<string, Node>()
  #handles = new Map<string, string>()
  #hasAliases = false
  /** Where the innermost bracket opens that is being read. */
  #bracket: number | undefined

  constructor(text: string) {
    this.#scanner = new Scanner(text)
  }

  document(): Composed {
    if (this.#is('stream-end')) return { root: undefined, hasAliases: false }
    const root = this.#root()
    if (this.#is('document-end')) this.#scanner.take()
    while (this.#is('document-end')) this.#scanner.take()
    const { type, start } = this.#scanner.peek()
    if (type !== 'stream-end') {
      this.#documentStart()
      throw new YamlFault(start, 'but found another document')
    }
    return { root, hasAliases: this.#hasAliases }
  }

  #root(): Node {
    const isExplicit = this.#is('version-directive', 'tag-directive', 'document-start')
    this.#handles = new Map(defaultHandles)
    if (!isExplicit) return this.#node(true)
    this.#documentStart()
    const ends: TokenType[] = ['version-directive', 'tag-directive', 'document-start', 'document-end']
    return this.#is('stream-end', ...ends) ? emptyAt(this.#scanner.peek().start) : this.#node(true)
  }

  /** Directives and the line `---`. */
  #documentStart(): void {
    const handles = new Map<string, string>()
    let hasVersion = false
    while (this.#is('version-directive', 'tag-directive')) {
      const { type, text, detail, start } = this.#scanner.take()
      if (type === 'version-directive') {
        if (hasVersion) throw new YamlFault(start, 'found duplicate %YAML directive')
        if (text !== '1.1' && text !== '1.2') throw new YamlFault(start, 'found incompatible YAML document')
        hasVersion = true
      } else if (handles.has(detail)) throw new YamlFault(start, 'found duplicate %TAG directive')
      else handles.set(detail, text)
    }
    const { type, start } = this.#scanner.peek()
    if (type !== 'document-start') throw new YamlFault(start, 'did not find expected <document start>')
    this.#scanner.take()
    this.#handles = new Map([...defaultHandles, ...handles])
  }

  #is(...types: readonly TokenType[]): boolean {
    return types.includes(this.#scanner.peek().type)
  }

  /** A node in a block collection (`isBlock`), where a list may stand as deep as its key (`isIndentless`), or in brackets. */
  #node(isBlock: boolean, isIndentless = false): Node {
    const { type, start } = this.#scanner.peek()
    if (type === 'scalar') {
      const { text, detail } = this.#scanner.take()
      return { kind: 'scalar', start, tag: detail === 'plain' ? undefined : textTag, text }
    }
    if (type === 'alias') return this.#alias(this.#scanner.take())
    if (type === 'anchor' || type === 'tag')
      return this.#content(this.#properties(start), isBlock, isIndentless)
    return this.#content({ start, anchor: undefined, tag: undefined }, isBlock, isIndentless)
  }

  #content(properties: Properties, isBlock: boolean, isIndentless: boolean): Node {
    const { type, start } = this.#scanner.peek()
    if (type === 'scalar') return this.#scalar(this.#scanner.take(), properties)
    if (type === 'block-mapping' && isBlock) return this.#mapping(properties, type)
    if (type === 'flow-mapping') return this.#mapping(properties, type)
    if (type === 'block-sequence' && isBlock) return this.#sequence(properties, type)
    if (type === 'flow-sequence') return this.#sequence(properties, type)
    if (type === 'block-entry' && isIndentless) return this.#sequence(properties, type)
    const { anchor, tag, start: from } = properties
    if (anchor === undefined && tag === undefined)
      throw new YamlFault(start, 'did not find expected node content', this.#bracket)
    return this.#named(anchor, { kind: 'scalar', start: from, tag: tag === '!' ? textTag : tag, text: '' })
  }

  #alias({ text, start }: Token): Node {
    const node = this.#anchors.get(text)
    if (node === undefined) throw new YamlFault(start, 'found undefined alias')
    this.#hasAliases = true
    return node
  }

  #properties(start: number): Properties {
    let anchor: string | undefined
    let tag: Token | undefined
    for (let { type } = this.#scanner.peek(); ; type = this.#scanner.peek().type) {
      if (type === 'anchor' && anchor === undefined) anchor = this.#scanner.take().text
      else if (type === 'tag' && tag === undefined) tag = this.#scanner.take()
      else break
    }
    return { start, anchor, tag: tag && this.#tag(tag, start) }
  }

  #tag({ text, detail, start }: Token, from: number): string {
    if (detail === '') return text
    const prefix = this.#handles.get(detail)
    if (prefix === undefined) throw new YamlFault(start, 'found undefined tag handle', from)
    return prefix + text
  }

  #scalar({ text, detail }: Token, { start, anchor, tag }: Properties): Node {
    const isPlain = tag === '!' || (detail === 'plain' && tag === undefined)
    return this.#named(anchor, { kind: 'scalar', start, tag: isPlain ? undefined : (tag ?? textTag), text })
  }

  /** The node, under its anchor if it has one. */
  #named<T extends Node>(anchor: string | undefined, node: T): T {
    if (anchor === undefined) return node
    const first = this.#anchors.get(anchor)
    if (first !== undefined) throw new YamlFault(node.start, 'second occurrence', first.start)
    this.#anchors.set(anchor, node)
    return node
  }

  #sequence({ start, anchor, tag }: Properties, type: TokenType): Node {
    const isPlain = tag === undefined || tag === '!'
    const items: Node[] = []
    const node: SequenceNode = { kind: 'sequence', start, tag: isPlain ? sequenceTag : tag, items }
    this.#named(anchor, node)
    if (type === 'flow-sequence') this.#flowItems(items)
    else if (type === 'block-sequence') this.#blockItems(items)
    else this.#indentlessItems(items)
    return node
  }

  #mapping({ start, anchor, tag }: Properties, type: TokenType): Node {
    const isPlain = tag === undefined || tag === '!'
    const pairs: Pair[] = []
    const node: MappingNode = { kind: 'mapping', start, tag: isPlain ? mappingTag : tag, pairs }
    this.#named(anchor, node)
    if (type === 'flow-mapping') this.#flowPairs(pairs)
    else this.#blockPairs(pairs)
    return node
  }

  #blockItems(items: Node[]): void {
    const { start } = this.#scanner.take()
    for (;;) {
      const token = this.#scanner.take()
      if (token.type === 'block-end') return
      if (token.type !== 'block-entry')
        throw new YamlFault(token.start, "did not find expected '-' indicator", start)
      const { type } = this.#scanner.peek()
      const isEmpty = type === 'block-entry' || type === 'block-end'
      items.push(isEmpty ? emptyAt(token.end) : this.#node(true))
    }
  }

  #indentlessItems(items: Node[]): void {
    while (this.#is('block-entry')) {
      const { end } = this.#scanner.take()
      const isEmpty = this.#is('block-entry', 'key', 'value', 'block-end')
      items.push(isEmpty ? emptyAt(end) : this.#node(true))
    }
  }

  #blockPairs(pairs: Pair[]): void {
    const { start } = this.#scanner.take()
    for (;;) {
      const token = this.#scanner.take()
      if (token.type === 'block-end') return
      if (token.type !== 'key') throw new YamlFault(token.start, 'did not find expected key', start)
      const key = this.#blockPart(token)
      const { type, start: end } = this.#scanner.peek()
      pairs.push({ key, value: type === 'value' ? this.#blockPart(this.#scanner.take()) : emptyAt(end) })
    }
  }

  /** The key or value behind this token. */
  #blockPart({ end }: Token): Node {
    const { type } = this.#scanner.peek()
    const isEmpty = type === 'key' || type === 'value' || type === 'block-end'
    return isEmpty ? emptyAt(end) : this.#node(true, true)
  }

  #flowItems(items: Node[]): void {
    const { start } = this.#scanner.take()
    const outer = this.#bracket
    this.#bracket = start
    for (let isFirst = true; !this.#is('flow-sequence-end'); isFirst = false) {
      if (!isFirst) this.#comma(']', start)
      if (this.#is('key')) items.push(this.#flowPair())
      else if (!this.#is('flow-sequence-end')) items.push(this.#node(false))
    }
    this.#bracket = outer
    this.#scanner.take()
  }

  #comma(closing: string, from: number): void {
    const { type, start } = this.#scanner.peek()
    if (type !== 'flow-entry') throw new YamlFault(start, `did not find expected ',' or '${closing}'`, from)
    this.#scanner.take()
  }

  /** A map of one pair in a list. */
  #flowPair(): Node {
    const { start } = this.#scanner.take()
    const ends: TokenType[] = ['flow-entry', 'flow-sequence-end']
    const key = this.#is('value', ...ends) ? this.#noKey() : this.#node(false)
    return { kind: 'mapping', start, tag: mappingTag, pairs: [{ key, value: this.#flowValue(...ends) }] }
  }

  /** libyaml passes over the `:` or `,` that stands where the key is missing. */
  #noKey(): Node {
    const { type, end } = this.#scanner.peek()
    if (type !== 'flow-sequence-end') this.#scanner.take()
    return emptyAt(end)
  }

  #flowValue(...ends: readonly TokenType[]): Node {
    if (!this.#is('value')) return emptyAt(this.#scanner.peek().start)
    this.#scanner.take()
    return this.#is(...ends) ? emptyAt(this.#scanner.peek().start) : this.#node(false)
  }

  #flowPairs(pairs: Pair[]): void {
    const { start } = this.#scanner.take()
    const outer = this.#bracket
    this.#bracket = start
    for (let isFirst = true; !this.#is('flow-mapping-end'); isFirst = false) {
      if (!isFirst) this.#comma('}', start)
      if (this.#is('key')) {
        this.#scanner.take()
        const isEmpty = this.#is('value', 'flow-entry', 'flow-mapping-end')
        const key = isEmpty ? emptyAt(this.#scanner.peek().start) : this.#node(false)
        pairs.push({ key, value: this.#flowValue('flow-entry', 'flow-mapping-end') })
      } else if (!this.#is('flow-mapping-end')) {
        const key = this.#node(false)
        pairs.push({ key, value: emptyAt(this.#scanner.peek().start) })
      }
    }
    this.#bracket = outer
    this.#scanner.take()
  }
}

const defaultHandles: readonly (readonly [handle: string, prefix: string])[] = [
  ['!', '!'],
  ['!!', coreTag('')],
]

function emptyAt(start: number): Node {
  return { kind: 'scalar', start, tag: undefined, text: '' }
}
