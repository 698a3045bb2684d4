// SPDX-License-Identifier: Apache-2.0
import type { Arguments, Expression, FilterNode } from './ast.ts'
import { describeToken } from './token.ts'
import type { TokenStream } from './token-stream.ts'

const noArguments: Arguments = { positional: [], keywords: [], spread: undefined, spreadKeywords: undefined }
const constants: Readonly<Record<string, boolean | null>> = {
  true: true,
  True: true,
  false: false,
  False: false,
  none: null,
  None: null,
}

/** The grammar of what operators stand between: names, literals, and the calls, items, filters and tests behind them. */
export abstract class OperandParser {
  protected readonly stream: TokenStream

  constructor(stream: TokenStream) {
    this.stream = stream
  }

  /** A whole expression. */
  abstract expression(): Expression

  /** One expression, or several with commas between them. */
  abstract tuple(options: { readonly inParentheses?: boolean }): Expression

  protected primary(withNamespace: boolean): Expression {
    const token = this.stream.current
    const { at, value } = token
    switch (token.type) {
      case 'name':
        return this.#name(withNamespace)
      case 'string': {
        let text = ''
        while (this.stream.is('string')) text += this.stream.advance().value
        return { kind: 'text', at, value: text }
      }
      case 'integer':
      case 'float':
        this.stream.advance()
        return { kind: token.type, at, value: value.replaceAll('_', '') }
      case 'lparen': {
        this.stream.advance()
        const inside = this.stream.nested(() => this.tuple({ inParentheses: true }))
        this.stream.expect('rparen')
        return inside
      }
      case 'lbracket':
        return this.#list()
      case 'lbrace':
        return this.#dict()
      default:
        return this.stream.fail(`unexpected '${describeToken(token)}'`)
    }
  }

  #name(withNamespace: boolean): Expression {
    const { at, value } = this.stream.advance()
    if (Object.hasOwn(constants, value)) return { kind: 'constant', at, value: constants[value] ?? null }
    if (withNamespace && this.stream.skipIf('dot')) {
      return { kind: 'nsref', at, name: value, attribute: this.stream.expect('name').value }
    }
    return { kind: 'name', at, name: value }
  }

  #list(): Expression {
    const { at } = this.stream.advance()
    const items = this.#separated('rbracket', () => this.expression())
    return { kind: 'list', at, items }
  }

  #dict(): Expression {
    const { at } = this.stream.advance()
    const pairs = this.#separated('rbrace', () => {
      const key = this.expression()
      this.stream.expect('colon')
      return [key, this.expression()] as const
    })
    return { kind: 'dict', at, pairs }
  }

  /** Items up to the closing token, which is consumed; a comma behind the last is allowed. */
  #separated<T>(end: string, item: () => T): T[] {
    const items: T[] = []
    while (!this.stream.is(end)) {
      if (items.length > 0) this.stream.expect('comma')
      if (this.stream.is(end)) break
      items.push(item())
    }
    this.stream.expect(end)
    return items
  }

  protected postfix(start: Expression): Expression {
    let node = start
    while (true) {
      if (this.stream.is('dot')) node = this.#attribute(node)
      else if (this.stream.is('lbracket')) node = this.#item(node)
      else if (this.stream.is('lparen')) node = this.#call(node)
      else return node
    }
  }

  protected filters(start: Expression): Expression {
    let node = start
    while (true) {
      if (this.stream.is('pipe')) {
        this.stream.advance()
        node = this.filter(node)
      } else if (this.stream.is('name:is')) node = this.#test(node)
      else if (this.stream.is('lparen')) node = this.#call(node)
      else return node
    }
  }

  #attribute(object: Expression): Expression {
    this.stream.advance()
    const token = this.stream.advance()
    if (token.type === 'name') return { kind: 'attribute', at: token.at, object, name: token.value }
    if (token.type !== 'integer') this.stream.fail('expected name or number', token.at)
    const key: Expression = { kind: 'integer', at: token.at, value: token.value.replaceAll('_', '') }
    return { kind: 'item', at: token.at, object, key }
  }

  #item(object: Expression): Expression {
    const { at } = this.stream.advance()
    const keys: Expression[] = []
    while (!this.stream.is('rbracket')) {
      if (keys.length > 0) this.stream.expect('comma')
      keys.push(this.#subscript())
    }
    this.stream.expect('rbracket')
    const [only] = keys
    const key: Expression =
      only !== undefined && keys.length === 1 ? only : { kind: 'tuple', at, items: keys }
    return { kind: 'item', at, object, key }
  }

  #subscript(): Expression {
    const { at } = this.stream.current
    const bound = () => (this.stream.is('colon', 'rbracket', 'comma') ? undefined : this.expression())
    const start = bound()
    if (start !== undefined && !this.stream.is('colon')) return start
    this.stream.expect('colon')
    const stop = bound()
    const step = this.stream.skipIf('colon') ? bound() : undefined
    return { kind: 'slice', at, start, stop, step }
  }

  #call(callee: Expression): Expression {
    const { at } = this.stream.current
    return { kind: 'call', at, callee, args: this.#arguments() }
  }

  #arguments(): Arguments {
    const { at } = this.stream.expect('lparen')
    const positional: Expression[] = []
    const keywords: [string, Expression][] = []
    let spread: Expression | undefined
    let spreadKeywords: Expression | undefined
    const require = (valid: boolean) =>
      valid || this.stream.fail('invalid syntax for function call expression', at)
    this.#separated('rparen', () => {
      if (this.stream.skipIf('mul')) {
        require(spread === undefined && spreadKeywords === undefined)
        spread = this.expression()
      } else if (this.stream.skipIf('pow')) {
        require(spreadKeywords === undefined)
        spreadKeywords = this.expression()
      } else if (this.stream.is('name') && this.stream.nextIs('assign')) {
        require(spreadKeywords === undefined)
        const name = this.stream.advance().value
        this.stream.advance()
        keywords.push([name, this.expression()])
      } else {
        require(spread === undefined && spreadKeywords === undefined && keywords.length === 0)
        positional.push(this.expression())
      }
    })
    return { positional, keywords, spread, spreadKeywords }
  }

  /** A chain of filters; the current token is the name of the first. */
  protected filter(subject: Expression | undefined): FilterNode {
    const { at } = this.stream.current
    const name = this.#dottedName()
    const args = this.stream.is('lparen') ? this.#arguments() : noArguments
    const node: FilterNode = { kind: 'filter', at, subject, name, args }
    return this.stream.skipIf('pipe') ? this.filter(node) : node
  }

  #dottedName(): string {
    let name = this.stream.expect('name').value
    while (this.stream.skipIf('dot')) name += `.${this.stream.expect('name').value}`
    return name
  }

  #test(subject: Expression): Expression {
    const { at } = this.stream.advance()
    const negated = this.stream.skipIf('name:not')
    const name = this.#dottedName()
    const test: Expression = { kind: 'test', at, subject, name, args: this.#testArguments() }
    return negated ? { kind: 'not', at, operand: test } : test
  }

  /** In parentheses as a call's, or one argument right behind the name: `x is divisibleby 3`. */
  #testArguments(): Arguments {
    if (this.stream.is('lparen')) return this.#arguments()
    const startsArgument = this.stream.is('name', 'string', 'integer', 'float', 'lbracket', 'lbrace')
    if (!startsArgument || this.stream.is('name:else', 'name:or', 'name:and')) return noArguments
    if (this.stream.is('name:is')) this.stream.fail('You cannot chain multiple tests with is')
    return { ...noArguments, positional: [this.postfix(this.primary(false))] }
  }
}
