// SPDX-License-Identifier: Apache-2.0
import * as core from '@halite/core'
import { percentFormat } from '../format/percent.ts'
import type { Budget } from './limits.ts'
import { escapeHtml } from './markup.ts'
import { typeError } from './native.ts'
import { MapView, Markup } from './objects.ts'
import { Undefined } from './undefined.ts'

/*
 * The operators of the language over the data model's, with what templates add: an undefined operand fails with its own
 * message, escaped text stays escaped, and large results are accounted for.
 */

/** An operator by Jinja's name for it. */
export type Operator = 'add' | 'sub' | 'mul' | 'div' | 'floordiv' | 'mod' | 'pow'

const rules: Readonly<Record<Operator, (left: unknown, right: unknown) => unknown>> = {
  add: core.add,
  sub: core.subtract,
  mul: core.multiply,
  div: core.divide,
  floordiv: core.floorDivide,
  mod: (left, right) => {
    return typeof left === 'string' || left instanceof Uint8Array
      ? percentFormat(left, right)
      : core.modulo(left, right)
  },
  pow: core.power,
}

/** `left operator right`. Throws Python's errors. */
export function operate(operator: Operator, operands: readonly [unknown, unknown], budget: Budget): unknown {
  const [left, right] = operands
  failIfUndefined(left, right)
  if (left instanceof Markup || right instanceof Markup) return markupOperation(operator, operands, budget)
  if (operator === 'mul') chargeRepeat(left, right, budget)
  if (operator === 'add' && Array.isArray(left) && Array.isArray(right)) {
    budget.charge((left.length + right.length) * itemSize)
    return rules.add(left, right)
  }
  const result = rules[operator](setOf(left), setOf(right))
  chargeFor(result, budget)
  return result
}

/** Views of keys act as sets where Python lets them: `d.keys() - other`. */
function setOf(value: unknown): unknown {
  return value instanceof MapView && value.kind === 'keys' ? new Set(value.iterate()) : value
}

function failIfUndefined(...values: readonly unknown[]): void {
  for (const value of values) if (value instanceof Undefined) value.fail()
}

function markupOperation(operator: Operator, operands: readonly [unknown, unknown], budget: Budget): unknown {
  const [left, right] = operands
  if (operator === 'mod' && left instanceof Markup) return percentFormat(left, right)
  const [a, b] = [left, right].map((value) => (value instanceof Markup ? value.text : value))
  if (operator === 'add' && (typeof a === 'string' || typeof b === 'string')) {
    const escaped = (value: unknown) =>
      value instanceof Markup ? value.text : typeof value === 'string' ? escapeHtml(value) : value
    return new Markup(operate('add', [escaped(left), escaped(right)], budget) as string)
  }
  const result = operate(operator, [a, b], budget)
  return typeof result === 'string' && left instanceof Markup ? new Markup(result) : result
}

/** What an item of a list takes, in the units of text. */
const itemSize = 8

/** Before a sequence is repeated or joined with another, which may be the largest value of a template. */
function chargeRepeat(left: unknown, right: unknown, budget: Budget): void {
  const [sequence, times] = core.isSequence(left) ? [left, right] : [right, left]
  if (!core.isSequence(sequence) || !core.isInteger(times)) return
  const size = Array.isArray(sequence) ? itemSize : 1
  budget.charge(Math.max(0, sequence.length * Number(times) * size))
}

/** Accounts for text and lists; short ones cost nothing worth counting. */
export function chargeFor(value: unknown, budget: Budget): void {
  if (Array.isArray(value)) {
    if (value.length > 8) budget.charge(value.length * itemSize)
  } else if (typeof value === 'string' || value instanceof Uint8Array) {
    if (value.length > 64) budget.charge(value.length)
  } else if (typeof value === 'bigint') budget.charge(8)
}

/** `-value`. */
export function negated(value: unknown): unknown {
  failIfUndefined(value)
  return core.negate(value)
}

/** `+value`. */
export function unsigned(value: unknown): unknown {
  failIfUndefined(value)
  if (core.isNumeric(value)) return value
  if (typeof value === 'boolean') return Number(value)
  throw typeError(`bad operand type for unary +: '${core.pythonTypeName(value)}'`)
}

/** `left == right`. */
export function isEqual(left: unknown, right: unknown): boolean {
  failIfUndefined(left, right)
  if (left instanceof MapView || right instanceof MapView) return core.equal(setOf(left), setOf(right))
  return core.equal(left, right)
}

/** `left < right` and its kin. Throws Python's TypeError for values without an order. */
export function isOrdered(left: unknown, operator: core.OrderOperator, right: unknown): boolean {
  failIfUndefined(left, right)
  const [a, b] = [left, right].map((value) => (value instanceof Markup ? value.text : value))
  return core.isOrdered(a, operator, b)
}
