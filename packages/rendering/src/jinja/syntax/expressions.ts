// SPDX-License-Identifier: Apache-2.0
import type { BinaryOperator, CompareOperator, Expression, Target } from './ast.ts'
import { OperandParser } from './operands.ts'
import { describeToken } from './token.ts'

const comparisons = new Set(['eq', 'ne', 'gt', 'gteq', 'lt', 'lteq'])
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
export class ExpressionParser extends OperandParser {
  override expression(): Expression {
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
  override tuple(
    options: { readonly withIf?: boolean; readonly inParentheses?: boolean; readonly endsAt?: string } = {},
  ): Expression {
    const item = () => (options.withIf === false ? this.or() : this.expression())
    return this.#tupleOf(item, options) as Expression
  }

  target(options: { readonly withNamespace?: boolean; readonly endsAt?: string } = {}): Target {
    const { at } = this.stream.current
    const parsed = this.#tupleOf(() => this.primary(options.withNamespace ?? false), options)
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
    } else node = this.primary(false)
    node = this.postfix(node)
    return withFilters ? this.filters(node) : node
  }
}
