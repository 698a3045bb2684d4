// SPDX-License-Identifier: Apache-2.0
import { Cursor, isBlankBreakOrEnd, isBreak } from './cursor.ts'
import { YamlFault } from './fault.ts'
import { scanBlock } from './scan-block.ts'
import { scanDirective } from './scan-directive.ts'
import { scanPlain } from './scan-plain.ts'
import { scanAnchor, scanTag } from './scan-properties.ts'
import { scanQuoted } from './scan-quoted.ts'
import { type Token, type TokenType, tokenOf } from './token.ts'

/** Deeper nesting is refused, as libyaml does. */
const maxDepth = 1000

/** What stands in front of a `:` may be this long. */
const maxKeyLength = 1024

const byteOrderMark = 0xfeff

/** Something that is a key if a `:` follows. */
class PossibleKey {
  /** Which token of the document it begins with; `none` where there is no such thing. */
  number = none
  /** It stands where nothing but a key may. */
  isRequired = false
  at = 0
  line = 0
  column = 0
}

const none = -1

/** The tokens of a document, one after the other, by libyaml's rules: YAML 1.1 with what its readers came to rely on. */
export class Scanner {
  readonly #cursor: Cursor
  /** Tokens that wait, from `#head` up to `#tail`; what stands behind that is old. */
  readonly #queue: Token[] = []
  #head = 0
  #tail = 0
  /** Tokens of the document that were taken. */
  #taken = 0
  #isEnded = false
  /** The first token of the queue, once nothing can come in front of it. */
  #next: Token | undefined
  /** Column of the block collection around, and of those around it; -1 at the root. */
  #indent = -1
  readonly #indents: number[] = []
  /** By depth in brackets. */
  readonly #keys = [new PossibleKey()]
  #mayBeKey = true

  constructor(text: string) {
    this.#cursor = new Cursor(text)
  }

  /** The next token, which stays. Throws `YamlFault`. */
  peek(): Token {
    if (this.#next !== undefined) return this.#next
    while (this.#needsMore()) this.#fetch()
    this.#next = this.#queue[this.#head] as Token
    return this.#next
  }

  /** The next token, taken away. */
  take(): Token {
    const token = this.peek()
    this.#next = undefined
    this.#taken++
    if (++this.#head === this.#tail) {
      this.#head = 0
      this.#tail = 0
    }
    return token
  }

  #add(token: Token): void {
    this.#queue[this.#tail++] = token
  }

  #insert(place: number, token: Token): void {
    const queue = this.#queue
    for (let at = this.#tail++; at > place; at--) queue[at] = queue[at - 1] as Token
    queue[place] = token
  }

  /** Whether the next token is unknown: none is there, or a `:` to come would put one in front of it. */
  #needsMore(): boolean {
    if (this.#head === this.#tail) return !this.#isEnded
    this.#dropStaleKeys()
    for (const { number } of this.#keys) if (number === this.#taken) return true
    return false
  }

  /** What is too long or on another line is no key any more. */
  #dropStaleKeys(): void {
    const { at, line } = this.#cursor
    for (const key of this.#keys)
      if (key.number !== none && (key.line !== line || key.at + maxKeyLength < at)) this.#drop(key)
  }

  #drop(key: PossibleKey): void {
    if (key.number !== none && key.isRequired)
      throw new YamlFault(this.#cursor.at, "could not find expected ':'", key.at)
    key.number = none
  }

  get #inFlow(): boolean {
    return this.#keys.length > 1
  }

  #fetch(): void {
    const cursor = this.#cursor
    this.#skipToToken()
    this.#dropStaleKeys()
    this.#closeBlocks(cursor.column)
    const code = cursor.code()
    if (code === 0) this.#end()
    else if (cursor.column === 0 && code === 0x25) this.#directive()
    else if (cursor.column === 0 && cursor.isAtDocumentMark()) this.#documentMark()
    else if (!this.#indicator(code)) this.#text(code)
  }

  #skipToToken(): void {
    const cursor = this.#cursor
    for (;;) {
      if (cursor.column === 0 && cursor.code() === byteOrderMark) cursor.at++
      let code = cursor.code()
      while (code === 0x20 || (code === 0x09 && (this.#inFlow || !this.#mayBeKey))) {
        cursor.at++
        code = cursor.code()
      }
      if (code === 0x23) cursor.skipLine()
      if (!isBreak(cursor.code())) return
      cursor.readBreak()
      if (!this.#inFlow) this.#mayBeKey = true
    }
  }

  /** Whether a token that its first character tells was read. */
  #indicator(code: number): boolean {
    const isWordEnd = this.#inFlow || isBlankBreakOrEnd(this.#cursor.code(1))
    switch (code) {
      case 0x5b: // [
        return this.#openFlow('flow-sequence')
      case 0x7b: // {
        return this.#openFlow('flow-mapping')
      case 0x5d: // ]
        return this.#closeFlow('flow-sequence-end')
      case 0x7d: // }
        return this.#closeFlow('flow-mapping-end')
      case 0x2c: // ,
        return this.#between('flow-entry', true)
      case 0x2d: // -
        return isBlankBreakOrEnd(this.#cursor.code(1)) && this.#blockEntry()
      case 0x3f: // ?
        return isWordEnd && this.#key()
      case 0x3a: // :
        return isWordEnd && this.#value()
      default:
        return this.#property(code)
    }
  }

  #property(code: number): boolean {
    const cursor = this.#cursor
    switch (code) {
      case 0x2a: // *
        return this.#keyPart(() => scanAnchor(cursor, 'alias'))
      case 0x26: // &
        return this.#keyPart(() => scanAnchor(cursor, 'anchor'))
      case 0x21: // !
        return this.#keyPart(() => scanTag(cursor, this.#inFlow))
      case 0x27: // '
      case 0x22: // "
        return this.#keyPart(() => scanQuoted(cursor))
      case 0x7c: // |
      case 0x3e: // >
        return !this.#inFlow && this.#blockScalar()
      default:
        return false
    }
  }

  #text(code: number): void {
    const cursor = this.#cursor
    if (!this.#beginsText(code)) throw new YamlFault(cursor.at, 'found character that cannot start any token')
    this.#noteKey()
    this.#mayBeKey = false
    const { token, endsLine } = scanPlain(cursor, this.#indent + 1, this.#inFlow)
    if (endsLine) this.#mayBeKey = true
    this.#add(token)
  }

  #beginsText(code: number): boolean {
    const next = this.#cursor.code(1)
    if (code === 0x2d) return next !== 0x20 && next !== 0x09
    if (code === 0x3f || code === 0x3a) return !this.#inFlow && !isBlankBreakOrEnd(next)
    return code !== 0x09 && !'|>%@`#'.includes(String.fromCharCode(code))
  }

  /** What may be a key, or belong to one. */
  #keyPart(scan: () => Token): true {
    this.#noteKey()
    this.#mayBeKey = false
    this.#add(scan())
    return true
  }

  #noteKey(): void {
    if (!this.#mayBeKey) return
    const { at, line, column } = this.#cursor
    const key = this.#lastKey
    this.#drop(key)
    key.number = this.#taken + this.#tail - this.#head
    key.isRequired = !this.#inFlow && this.#indent === column
    key.at = at
    key.line = line
    key.column = column
  }

  get #lastKey(): PossibleKey {
    return this.#keys[this.#keys.length - 1] as PossibleKey
  }

  #dropKey(): void {
    this.#drop(this.#lastKey)
  }

  #openFlow(type: TokenType): true {
    this.#noteKey()
    if (this.#keys.length > maxDepth) this.#refuseDepth()
    this.#keys.push(new PossibleKey())
    this.#mayBeKey = true
    return this.#character(type)
  }

  #closeFlow(type: TokenType): true {
    this.#dropKey()
    if (this.#inFlow) this.#keys.pop()
    this.#mayBeKey = false
    return this.#character(type)
  }

  #character(type: TokenType): true {
    const start = this.#cursor.at++
    this.#add(tokenOf(type, start, start + 1))
    return true
  }

  #between(type: TokenType, mayBeKey: boolean): true {
    this.#dropKey()
    this.#mayBeKey = mayBeKey
    return this.#character(type)
  }

  #blockEntry(): true {
    if (!this.#inFlow) {
      this.#refuseUnlessStart('block sequence entries')
      this.#openBlock('block-sequence', this.#cursor)
    }
    return this.#between('block-entry', true)
  }

  #key(): true {
    if (!this.#inFlow) {
      this.#refuseUnlessStart('mapping keys')
      this.#openBlock('block-mapping', this.#cursor)
    }
    return this.#between('key', !this.#inFlow)
  }

  #value(): true {
    const key = this.#lastKey
    if (key.number !== none) {
      const place = this.#head + key.number - this.#taken
      this.#insert(place, tokenOf('key', key.at, key.at))
      this.#openBlock('block-mapping', key, place)
      key.number = none
      this.#mayBeKey = false
      return this.#character('value')
    }
    if (!this.#inFlow) {
      this.#refuseUnlessStart('mapping values')
      this.#openBlock('block-mapping', this.#cursor)
    }
    this.#mayBeKey = !this.#inFlow
    return this.#character('value')
  }

  #refuseUnlessStart(what: string): void {
    if (!this.#mayBeKey) throw new YamlFault(this.#cursor.at, `${what} are not allowed in this context`)
  }

  /** A block collection begins where something stands deeper than the one around. */
  #openBlock(type: TokenType, { column, at }: Cursor | PossibleKey, place?: number): void {
    if (this.#inFlow || this.#indent >= column) return
    if (this.#indents.length + 1 >= maxDepth) this.#refuseDepth()
    this.#indents.push(this.#indent)
    this.#indent = column
    this.#insert(place ?? this.#tail, tokenOf(type, at, at))
  }

  #closeBlocks(column: number): void {
    if (this.#inFlow) return
    const { at } = this.#cursor
    while (this.#indent > column) {
      this.#add(tokenOf('block-end', at, at))
      this.#indent = this.#indents.pop() ?? -1
    }
  }

  #refuseDepth(): never {
    throw new YamlFault(this.#cursor.at, 'exceeded maximum nesting depth')
  }

  #blockScalar(): true {
    this.#dropKey()
    this.#mayBeKey = true
    this.#add(scanBlock(this.#cursor, this.#indent))
    return true
  }

  #directive(): void {
    this.#endDocument()
    this.#add(scanDirective(this.#cursor))
  }

  #documentMark(): void {
    this.#endDocument()
    const start = this.#cursor.at
    const type = this.#cursor.code() === 0x2d ? 'document-start' : 'document-end'
    this.#cursor.at += 3
    this.#add(tokenOf(type, start, this.#cursor.at))
  }

  #endDocument(): void {
    this.#closeBlocks(-1)
    this.#dropKey()
    this.#mayBeKey = false
  }

  /** A last line without a break ends as if it had one: the end is on the line below. */
  #end(): void {
    if (this.#cursor.column !== 0) this.#cursor.endLine()
    const { at } = this.#cursor
    this.#endDocument()
    this.#isEnded = true
    this.#add(tokenOf('stream-end', at, at))
  }
}
