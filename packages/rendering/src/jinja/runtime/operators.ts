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
  if (left instanceof Markup || right instanceof Markup) return markupOperation(operator, left, right, budget)
  if (operator === 'mul') chargeRepeat(left, right, budget)
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

function markupOperation(operator: Operator, left: unknown, right: unknown, budget: Budget): unknown {
  const [a, b] = [left, right].map((value) => (value instanceof Markup ? value.text : value))
  if (operator === 'add' && (typeof a === 'string' || typeof b === 'string')) {
    const escaped = (value: unknown) =>
      value instanceof Markup ? value.text : typeof value === 'string' ? escapeHtml(value) : value
    return new Markup(operate('add', [escaped(left), escaped(right)], budget) as string)
  }
  const result = operate(operator, [a, b], budget)
  return typeof result === 'string' && left instanceof Markup ? new Markup(result) : result
}

/** Before the repetition is made, which may be the largest value of a template. */
function chargeRepeat(left: unknown, right: unknown, budget: Budget): void {
  const [sequence, times] = core.isSequence(left) ? [left, right] : [right, left]
  if (!core.isSequence(sequence) || !core.isInteger(times)) return
  budget.charge(Math.max(0, sequence.length * Number(times)))
}

/** Accounts for text and lists; short ones cost nothing worth counting. */
export function chargeFor(value: unknown, budget: Budget): void {
  if (typeof value === 'string' || Array.isArray(value) || value instanceof Uint8Array) {
    if (value.length > 64) budget.charge(value.length)
  } else if (typeof value === 'bigint') budget.charge(8)
}

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

export function isEqual(left: unknown, right: unknown): boolean {
  failIfUndefined(left, right)
  if (left instanceof MapView || right instanceof MapView) return core.equal(setOf(left), setOf(right))
  return core.equal(left, right)
}

export function isOrdered(left: unknown, operator: core.OrderOperator, right: unknown): boolean {
  failIfUndefined(left, right)
  const [a, b] = [left, right].map((value) => (value instanceof Markup ? value.text : value))
  return core.isOrdered(a, operator, b)
}
