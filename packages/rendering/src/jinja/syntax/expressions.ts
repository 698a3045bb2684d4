// SPDX-License-Identifier: Apache-2.0
import type { Arguments, BinaryOperator, CompareOperator, Expression, FilterNode, Target } from './ast.ts'
import { describeToken } from './token.ts'
import type { TokenStream } from './token-stream.ts'

const noArguments: Arguments = { positional: [], keywords: [], spread: undefined, spreadKeywords: undefined }
const comparisons = new Set(['eq', 'ne', 'gt', 'gteq', 'lt', 'lteq'])
const constants: Readonly<Record<string, boolean | null>> = {
  true: true,
  True: true,
  false: false,
  False: false,
  none: null,
  None: null,
}

/**
 * The grammar of expressions, from the loosest binding to the tightest. Two of Jinja's rules differ from Python's:
 * `**` binds to the left, and a filter binds to the sign in front of a number (`-7|abs` is 7).
 *
 *     expression = or ["if" or ["else" expression]]*      compare = sum [("==" | … | ["not"] "in") sum]*
 *     or         = and ["or" and]*                         sum     = concat [("+" | "-") concat]*
 *     and        = not ["and" not]*                        concat  = product ["~" product]*
 *     not        = "not" not | compare                     product = power [("*" | "/" | "//" | "%") power]*
 *     power      = unary ["**" unary]*                     unary   = (("-" | "+") unary | primary) postfix* filter*
 */
export class ExpressionParser {
  protected readonly stream: TokenStream

  constructor(stream: TokenStream) {
    this.stream = stream
  }

  expression(): Expression {
    return this.stream.nested(() => {
      let result = this.or()
      while (this.stream.is('name:if')) {
        const { at } = this.stream.advance()
        const test = this.or()
        const otherwise = this.stream.skipIf('name:else') ? this.expression() : undefined
        result = { kind: 'if-else', at, test, value: result, otherwise }
      }
      return result
    })
  }

  /**
   * One expression, or several with commas between them as a tuple. `endsAt` are further tokens that end it; without a
   * conditional (`withIf: false`), an `if` behind it belongs to the statement.
   */
  tuple(
    options: { readonly withIf?: boolean; readonly inParentheses?: boolean; readonly endsAt?: string } = {},
  ): Expression {
    const item = () => (options.withIf === false ? this.or() : this.expression())
    return this.#tupleOf(item, options) as Expression
  }

  target(options: { readonly withNamespace?: boolean; readonly endsAt?: string } = {}): Target {
    const { at } = this.stream.current
    const parsed = this.#tupleOf(() => this.#primary(options.withNamespace ?? false), options)
    return this.#assignable(parsed, at)
  }

  #assignable(parsed: Expression, at: number): Target {
    if (parsed.kind === 'tuple') {
      return {
        kind: 'tuple',
        at: parsed.at,
        items: parsed.items.map((item) => this.#assignable(item, item.at)),
      }
    }
    if (parsed.kind === 'name' || parsed.kind === 'nsref') return parsed
    const names: Readonly<Record<string, string>> = {
      text: 'const',
      integer: 'const',
      float: 'const',
      constant: 'const',
    }
    return this.stream.fail(`can't assign to '${names[parsed.kind] ?? parsed.kind}'`, at)
  }

  #tupleOf(
    item: () => Expression,
    options: { readonly inParentheses?: boolean; readonly endsAt?: string },
  ): Expression {
    const { at } = this.stream.current
    const ends = [
      'variable_end',
      'block_end',
      'rparen',
      ...(options.endsAt === undefined ? [] : [options.endsAt]),
    ]
    const items: Expression[] = []
    let isTuple = false
    while (!this.stream.is(...ends)) {
      items.push(item())
      if (!this.stream.skipIf('comma')) break
      isTuple = true
    }
    const [only] = items
    if (!isTuple && only !== undefined) return only
    if (!isTuple && !options.inParentheses) {
      this.stream.fail(`Expected an expression, got '${describeToken(this.stream.current)}'`)
    }
    return { kind: 'tuple', at, items }
  }

  protected or(): Expression {
    let left = this.#and()
    while (this.stream.is('name:or')) {
      const { at } = this.stream.advance()
      left = { kind: 'or', at, left, right: this.#and() }
    }
    return left
  }

  #and(): Expression {
    let left = this.#not()
    while (this.stream.is('name:and')) {
      const { at } = this.stream.advance()
      left = { kind: 'and', at, left, right: this.#not() }
    }
    return left
  }

  #not(): Expression {
    if (!this.stream.is('name:not')) return this.#compare()
    const { at } = this.stream.advance()
    return this.stream.nested(() => ({ kind: 'not', at, operand: this.#not() }))
  }

  #compare(): Expression {
    const first = this.#sum()
    const rest: [CompareOperator, Expression][] = []
    for (let operator = this.#comparison(); operator !== undefined; operator = this.#comparison()) {
      rest.push([operator, this.#sum()])
    }
    return rest.length === 0 ? first : { kind: 'compare', at: first.at, first, rest }
  }

  #comparison(): CompareOperator | undefined {
    if (comparisons.has(this.stream.current.type)) return this.stream.advance().type as CompareOperator
    if (this.stream.skipIf('name:in')) return 'in'
    return this.stream.skipPair('name:not', 'name:in') ? 'notin' : undefined
  }

  #sum(): Expression {
    return this.#binary(['add', 'sub'], () => this.#concat())
  }

  #concat(): Expression {
    const first = this.#product()
    if (!this.stream.is('tilde')) return first
    const parts = [first]
    while (this.stream.skipIf('tilde')) parts.push(this.#product())
    return { kind: 'concat', at: first.at, parts }
  }

  #product(): Expression {
    return this.#binary(['mul', 'div', 'floordiv', 'mod'], () => this.#power())
  }

  #power(): Expression {
    return this.#binary(['pow'], () => this.#unary())
  }

  #binary(operators: readonly BinaryOperator[], operand: () => Expression): Expression {
    let left = operand()
    while (this.stream.is(...operators)) {
      const { type, at } = this.stream.advance()
      left = { kind: 'binary', at, operator: type as BinaryOperator, left, right: operand() }
    }
    return left
  }

  #unary(withFilters = true): Expression {
    const { type, at } = this.stream.current
    let node: Expression
    if (type === 'sub' || type === 'add') {
      this.stream.advance()
      const operand = this.stream.nested(() => this.#unary(false))
      node = { kind: type === 'sub' ? 'neg' : 'pos', at, operand }
    } else node = this.#primary(false)
    node = this.#postfix(node)
    return withFilters ? this.#filters(node) : node
  }

  #primary(withNamespace: boolean): Expression {
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

  #postfix(start: Expression): Expression {
    let node = start
    while (true) {
      if (this.stream.is('dot')) node = this.#attribute(node)
      else if (this.stream.is('lbracket')) node = this.#item(node)
      else if (this.stream.is('lparen')) node = this.#call(node)
      else return node
    }
  }

  #filters(start: Expression): Expression {
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
    return { ...noArguments, positional: [this.#postfix(this.#primary(false))] }
  }
}
