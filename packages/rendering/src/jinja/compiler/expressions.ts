// SPDX-License-Identifier: Apache-2.0
import { floatOf } from '@halite/core'
import type { Arguments, Expression, FilterNode } from '../syntax/ast.ts'
import type { Code } from './code.ts'
import type { Scope } from './scope.ts'
import { Scope as ScopeOf } from './scope.ts'

type Of<Kind extends Expression['kind']> = Extract<Expression, { kind: Kind }>

/** Turns expressions into JavaScript expressions over the runtime `rt`. */
export class ExpressionCompiler {
  protected readonly code: Code

  constructor(code: Code) {
    this.code = code
  }

  /** JavaScript that gives the value of an expression. */
  value(node: Expression, scope: Scope): string {
    switch (node.kind) {
      case 'text':
        return JSON.stringify(node.value)
      case 'integer':
        return integerLiteral(node.value)
      case 'float':
        return this.#float(Number(node.value))
      case 'constant':
        return String(node.value)
      case 'name':
        return this.code.read(node.name, scope)
      case 'nsref':
        return `rt.attribute(${this.code.read(node.name, scope)}, ${JSON.stringify(node.attribute)}, ${node.at})`
      case 'tuple':
        return `rt.tuple([${this.#list(node.items, scope)}])`
      case 'list':
        return `[${this.#list(node.items, scope)}]`
      case 'dict':
        return this.#dict(node, scope)
      case 'concat':
        return `rt.concat([${this.#list(node.parts, scope)}], ${node.at})`
      case 'if-else':
        return this.#conditional(node, scope)
      case 'or':
      case 'and':
        return this.#logical(node, scope)
      case 'not':
        return `!${this.condition(node.operand, scope)}`
      case 'neg':
      case 'pos':
        return `rt.${node.kind}(${this.value(node.operand, scope)}, ${node.at})`
      case 'binary':
        return `rt.${node.operator}(${this.value(node.left, scope)}, ${this.value(node.right, scope)}, ${node.at})`
      case 'compare':
        return this.#compare(node, scope)
      case 'attribute':
        return `rt.attribute(${this.value(node.object, scope)}, ${JSON.stringify(node.name)}, ${node.at})`
      case 'item':
        return `rt.item(${this.value(node.object, scope)}, ${this.value(node.key, scope)}, ${node.at})`
      case 'slice':
        return `rt.slice(${this.#optional(node.start, scope)}, ${this.#optional(node.stop, scope)}, ${this.#optional(node.step, scope)})`
      case 'call':
        return this.#call(node, scope)
      case 'filter':
        return this.filtered(node, undefined, scope)
      case 'test':
        return this.#test(node, scope)
    }
  }

  /** JavaScript that gives Python's truth of an expression. */
  condition(node: Expression, scope: Scope): string {
    if (node.kind === 'and')
      return `(${this.condition(node.left, scope)} && ${this.condition(node.right, scope)})`
    if (node.kind === 'or')
      return `(${this.condition(node.left, scope)} || ${this.condition(node.right, scope)})`
    const value = this.value(node, scope)
    return node.kind === 'not' || node.kind === 'compare' ? `(${value})` : `rt.truth(${value}, ${node.at})`
  }

  /** A chain of filters. `subject` is the code of what the innermost applies to when the node itself has none. */
  filtered(node: FilterNode, subject: string | undefined, scope: Scope): string {
    let value = subject ?? '""'
    if (node.subject?.kind === 'filter') value = this.filtered(node.subject, subject, scope)
    else if (node.subject !== undefined) value = this.value(node.subject, scope)
    const { code, mayWait } = this.code.native('filter', node, scope)
    const given = this.#arguments(node.args, scope, { first: value })
    const call = `rt.filter(${code}, ${given}, ${node.at})`
    return mayWait ? this.code.awaiting(call, scope.fn) : call
  }

  #float(value: number): string {
    const float = floatOf(value)
    return typeof float === 'number' && Number.isFinite(float) ? String(float) : this.code.constant(float)
  }

  #list(items: readonly Expression[], scope: Scope): string {
    return items.map((item) => this.value(item, scope)).join(', ')
  }

  #optional(node: Expression | undefined, scope: Scope): string {
    return node === undefined ? 'null' : this.value(node, scope)
  }

  #dict(node: Of<'dict'>, scope: Scope): string {
    const pairs = node.pairs.map(([key, value]) => `${this.value(key, scope)}, ${this.value(value, scope)}`)
    return `rt.dict([${pairs.join(', ')}], ${node.at})`
  }

  #conditional(node: Of<'if-else'>, scope: Scope): string {
    const soft = new ScopeOf({ parent: scope, fn: scope.fn, isSoft: true, isTop: scope.isTop })
    const test = this.condition(node.test, soft)
    const value = this.value(node.value, soft)
    const otherwise =
      node.otherwise === undefined ? `rt.noElse(${node.at})` : this.value(node.otherwise, soft)
    return `(${test} ? ${value} : ${otherwise})`
  }

  #logical(node: Of<'or' | 'and'>, scope: Scope): string {
    const left = this.code.temporary(scope.fn)
    const test = `rt.truth(${left} = ${this.value(node.left, scope)}, ${node.left.at})`
    const right = this.value(node.right, scope)
    return node.kind === 'and' ? `(${test} ? ${right} : ${left})` : `(${test} ? ${left} : ${right})`
  }

  /** A chain evaluates each operand once, and stops at the first comparison that fails. */
  #compare(node: Of<'compare'>, scope: Scope): string {
    let left = this.value(node.first, scope)
    const tests = node.rest.map(([operator, operand], index) => {
      let right = this.value(operand, scope)
      const isLast = index === node.rest.length - 1
      const held = isLast ? '' : this.code.temporary(scope.fn)
      if (!isLast) right = `${held} = ${right}`
      const test = `rt.${operator}(${left}, ${right}, ${operand.at})`
      left = held
      return test
    })
    return tests.length === 1 ? (tests[0] ?? '') : `(${tests.join(' && ')})`
  }

  #call({ callee, args, at }: Of<'call'>, scope: Scope): string {
    if (callee.kind !== 'attribute') {
      return this.code.awaiting(this.callWith({ callee, args, at }, scope), scope.fn)
    }
    const object = this.value(callee.object, scope)
    const site = this.code.constant({ name: callee.name, at: callee.at })
    const call = `rt.callMethod(${object}, ${this.#arguments(args, scope)}, ${site})`
    return this.code.awaiting(call, scope.fn)
  }

  /** The call alone, not awaited; `caller` is code of the keyword argument of a call block. */
  callWith(
    node: { readonly callee: Expression; readonly args: Arguments; readonly at: number },
    scope: Scope,
    caller?: string,
  ): string {
    const given = this.#arguments(node.args, scope, caller === undefined ? {} : { caller })
    return `rt.call(${this.value(node.callee, scope)}, ${given}, ${node.at})`
  }

  #arguments(
    args: Arguments,
    scope: Scope,
    extra: { readonly first?: string; readonly caller?: string } = {},
  ): string {
    const positional = args.positional.map((each) => this.value(each, scope))
    if (extra.first !== undefined) positional.unshift(extra.first)
    if (args.spread !== undefined) {
      positional.push(`...rt.iterate(${this.value(args.spread, scope)}, ${args.spread.at})`)
    }
    const named = args.keywords.map(
      ([name, value]) => `[${JSON.stringify(name)}, ${this.value(value, scope)}]`,
    )
    if (extra.caller !== undefined) named.push(`["caller", ${extra.caller}]`)
    let keywords = named.length === 0 ? 'undefined' : `new Map([${named.join(', ')}])`
    if (args.spreadKeywords !== undefined) {
      keywords = `rt.keywords(${keywords}, ${this.value(args.spreadKeywords, scope)}, ${args.spreadKeywords.at})`
    }
    return `{ args: [${positional.join(', ')}], keywords: ${keywords} }`
  }

  #test(node: Of<'test'>, scope: Scope): string {
    const { code } = this.code.native('test', node, scope)
    const given = this.#arguments(node.args, scope, { first: this.value(node.subject, scope) })
    return `rt.test(${code}, ${given}, ${node.at})`
  }
}

/** Python's integer literal (`0x1f`, `0b1`, `0o7`, `10`) as JavaScript's, of any size. */
function integerLiteral(text: string): string {
  const value = BigInt(text.toLowerCase())
  return Number.isSafeInteger(Number(value)) ? String(value) : `${value}n`
}
