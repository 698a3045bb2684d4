// SPDX-License-Identifier: Apache-2.0
import {
  floatRepr,
  isNumeric,
  isTruthy,
  type OrderOperator,
  operationError,
  pythonStr,
  pythonTypeName,
  tupleOf,
  ValueMap,
} from '@halite/core'
import { TemplateProblem } from './errors.ts'
import { Frames } from './frames.ts'
import { escapeHtml } from './markup.ts'
import { contains } from './membership.ts'
import { Group, Markup } from './objects.ts'
import { chargeFor, isEqual, isOrdered, negated, type Operator, operate, unsigned } from './operators.ts'
import { Slice } from './slice.ts'
import { Undefined } from './undefined.ts'

/**
 * What generated code does with values. Operations that can fail take the offset that an error points at, and remember it
 * before they begin.
 */
export class Operations extends Frames {
  // Values

  tuple(items: unknown[]): unknown {
    return tupleOf(items)
  }

  dict(pairs: readonly unknown[], at: number): ValueMap {
    this.frame.at = at
    const map = new ValueMap()
    for (let index = 0; index < pairs.length; index += 2) map.set(plainKey(pairs[index]), pairs[index + 1])
    return map
  }

  slice(start: unknown, stop: unknown, step: unknown): Slice {
    return new Slice(start, stop, step)
  }

  /** Of a conditional without `else` that does not hold: prints as nothing even where undefined names fail. */
  noElse(at: number): Undefined {
    const { line } = this.frame.source.placeOf(at)
    const message = `the inline if-expression on line ${line} evaluated to false and no else section was defined.`
    return new Undefined(message, { strictness: 'lenient' })
  }

  notProvided(name: string, at: number): Undefined {
    this.frame.at = at
    return this.undefined(`parameter '${name}' was not provided`)
  }

  /** A filter or test inside `if` that does not exist fails where it is used. */
  missing(kind: string, name: string, at: number): never {
    this.frame.at = at
    throw new TemplateProblem('syntax', `No ${kind} named '${name}' found.`)
  }

  // Output

  /** A value as it is printed. */
  print(value: unknown, at: number): string {
    if (typeof value === 'string') return value
    this.frame.at = at
    if (Array.isArray(value)) refuseGroups(value)
    else if (value instanceof Map) refuseUndefined(value)
    return this.str(value)
  }

  /** What a filter block gives. Jinja puts it among other texts as it is: it has to be one. */
  blockText(value: unknown, at: number): string {
    if (typeof value !== 'string' && !(value instanceof Markup)) {
      this.frame.at = at
      throw operationError('TypeError', `expected str instance, ${pythonTypeName(value)} found`)
    }
    return this.print(value, at)
  }

  /** A value as it is printed where `autoescape` is on. */
  escaped(value: unknown, at: number): string {
    this.frame.at = at
    return value instanceof Markup ? value.text : escapeHtml(this.str(value))
  }

  /** Python's `str`. An undefined value fails. */
  str(value: unknown): string {
    if (typeof value === 'string') return value
    if (typeof value === 'number' && Number.isInteger(value))
      return isNumeric(value) ? pythonStr(value) : floatRepr(value)
    const text = pythonStr(value)
    chargeFor(text, this.budget)
    return text
  }

  concat(parts: readonly unknown[], at: number): string {
    this.frame.at = at
    let text = ''
    for (const part of parts) text += this.str(part)
    chargeFor(text, this.budget)
    return text
  }

  // Operators

  truth(value: unknown, at: number): boolean {
    if (typeof value === 'boolean') return value
    if (typeof value === 'string') return value !== ''
    this.frame.at = at
    return isTruthy(value)
  }

  add(left: unknown, right: unknown, at: number): unknown {
    if (typeof left === 'number' && typeof right === 'number') {
      const sum = left + right
      if (Number.isSafeInteger(left) && Number.isSafeInteger(right) && Number.isSafeInteger(sum)) return sum
    }
    return this.#operate('add', [left, right], at)
  }

  sub(left: unknown, right: unknown, at: number): unknown {
    return this.#operate('sub', [left, right], at)
  }

  mul(left: unknown, right: unknown, at: number): unknown {
    return this.#operate('mul', [left, right], at)
  }

  div(left: unknown, right: unknown, at: number): unknown {
    return this.#operate('div', [left, right], at)
  }

  floordiv(left: unknown, right: unknown, at: number): unknown {
    return this.#operate('floordiv', [left, right], at)
  }

  mod(left: unknown, right: unknown, at: number): unknown {
    return this.#operate('mod', [left, right], at)
  }

  pow(left: unknown, right: unknown, at: number): unknown {
    return this.#operate('pow', [left, right], at)
  }

  #operate(operator: Operator, operands: readonly [unknown, unknown], at: number): unknown {
    this.frame.at = at
    return operate(operator, operands, this.budget)
  }

  neg(value: unknown, at: number): unknown {
    this.frame.at = at
    return negated(value)
  }

  pos(value: unknown, at: number): unknown {
    this.frame.at = at
    return unsigned(value)
  }

  eq(left: unknown, right: unknown, at: number): boolean {
    if (typeof left === 'string' && typeof right === 'string') return left === right
    this.frame.at = at
    return isEqual(left, right)
  }

  ne(left: unknown, right: unknown, at: number): boolean {
    return !this.eq(left, right, at)
  }

  lt(left: unknown, right: unknown, at: number): boolean {
    return this.#ordered([left, right], '<', at)
  }

  lteq(left: unknown, right: unknown, at: number): boolean {
    return this.#ordered([left, right], '<=', at)
  }

  gt(left: unknown, right: unknown, at: number): boolean {
    return this.#ordered([left, right], '>', at)
  }

  gteq(left: unknown, right: unknown, at: number): boolean {
    return this.#ordered([left, right], '>=', at)
  }

  #ordered([left, right]: readonly [unknown, unknown], operator: OrderOperator, at: number): boolean {
    this.frame.at = at
    return isOrdered(left, operator, right)
  }

  in(item: unknown, container: unknown, at: number): boolean {
    this.frame.at = at
    if (item instanceof Undefined) item.fail()
    if (container instanceof Undefined) {
      if (container.strictness === 'strict') container.fail()
      return false
    }
    return contains(container instanceof Markup ? container.text : container, plainKey(item))
  }

  notin(item: unknown, container: unknown, at: number): boolean {
    return !this.in(item, container, at)
  }
}

/** Escaped text as text, which is what a key is. */
export function plainKey(value: unknown): unknown {
  return value instanceof Markup ? value.text : value
}

/** Salt prints what a map holds, and not how it is written. */
function refuseUndefined(map: ReadonlyMap<unknown, unknown>): void {
  for (const value of map.values()) {
    if (value instanceof Undefined) value.fail()
    if (value instanceof Map) refuseUndefined(value)
  }
}

/** Salt makes a copy of each list that it prints, by its type, and cannot make one of what `groupby` gives. */
function refuseGroups(list: readonly unknown[]): void {
  if (list instanceof Group)
    throw operationError('TypeError', "_GroupTuple.__new__() missing 1 required positional argument: 'list'")
  for (const item of list) if (Array.isArray(item)) refuseGroups(item)
}
