// SPDX-License-Identifier: Apache-2.0
import {
  add,
  divide,
  Float,
  floorDivide,
  isSaltError,
  modulo,
  multiply,
  negate,
  power,
  pythonRepr,
  subtract,
  tupleOf,
} from '@halite/core'
import { describe, expect, test } from 'vitest'

const operators = {
  '+': add,
  '-': subtract,
  '*': multiply,
  '/': divide,
  '//': floorDivide,
  '%': modulo,
  '**': power,
}
type Operator = keyof typeof operators
const big = 10n ** 30n
const five = new Float(5)

const results: readonly (readonly [unknown, Operator, unknown, string])[] = [
  [1, '+', 2, '3'],
  [1, '+', new Float(2), '3.0'],
  [9007199254740991, '+', 1, '9007199254740992'],
  [9007199254740992n, '-', 1, '9007199254740991'],
  [true, '+', true, '2'],
  [0.1, '+', 0.2, '0.30000000000000004'],
  [four(), '/', 2, '2.0'],
  [7, '/', 2, '3.5'],
  [0, '/', -3, '-0.0'],
  [big, '/', 10n ** 29n, '10.0'],
  [10n ** 400n, '/', 3n * 10n ** 399n, '3.3333333333333335'],
  [1, '/', 10n ** 310n, '1e-310'],
  [7, '//', -2, '-4'],
  [-7.5, '//', 2, '-4.0'],
  [1.5, '//', 0.1, '14.0'],
  [-big, '//', 7, '-142857142857142857142857142858'],
  [-7, '%', 3, '2'],
  [7.5, '%', -2, '-0.5'],
  [new Float(0), '%', -1, '-0.0'],
  [-big, '%', 7, '6'],
  [2, '**', 10, '1024'],
  [2, '**', 64, '18446744073709551616'],
  [10, '**', 20, '100000000000000000000'],
  [2, '**', -1, '0.5'],
  [five, '**', 2, '25.0'],
  [0, '**', 0, '1'],
  [-4.5, '**', -3, '-0.010973936899862825'],
  [1.1, '**', 10, '2.5937424601000023'],
  [1e-200, '**', 2, '0.0'],
  [0.1, '**', 30, '1.0000000000000017e-30'],
  [-1, '**', 3, '-1'],
  [3037000500, '*', 3037000500, '9223372037000250000'],
  [1e308, '*', new Float(10), 'inf'],
  [new Float(0), '*', -1, '-0.0'],
  [0, '*', -1, '0'],
  ['a', '+', 'b', "'ab'"],
  ['ab', '*', 3, "'ababab'"],
  [2, '*', 'ab', "'abab'"],
  ['ab', '*', -1, "''"],
  ['ab', '*', true, "'ab'"],
  [[1], '+', ['a'], "[1, 'a']"],
  [[1, 2], '*', 2, '[1, 2, 1, 2]'],
  [tupleOf([1]), '+', tupleOf([2]), '(1, 2)'],
  [tupleOf([1]), '*', 2, '(1, 1)'],
  [Buffer.from('a'), '+', Buffer.from('b'), "b'ab'"],
  [Buffer.from('ab'), '*', 2, "b'abab'"],
  [new Set([1, 2]), '-', new Set([2]), '{1}'],
]

const errors: readonly (readonly [unknown, Operator, unknown, string, string])[] = [
  [1, '+', 'a', 'TypeError', "unsupported operand type(s) for +: 'int' and 'str'"],
  ['a', '+', 1, 'TypeError', 'can only concatenate str (not "int") to str'],
  [[1], '+', 'a', 'TypeError', 'can only concatenate list (not "str") to list'],
  [[1], '+', tupleOf([1]), 'TypeError', 'can only concatenate list (not "tuple") to list'],
  [Buffer.alloc(1), '+', 1, 'TypeError', "can't concat int to bytes"],
  [null, '+', 1, 'TypeError', "unsupported operand type(s) for +: 'NoneType' and 'int'"],
  ['a', '-', new Float(1), 'TypeError', "unsupported operand type(s) for -: 'str' and 'float'"],
  ['a', '*', 'b', 'TypeError', "can't multiply sequence by non-int of type 'str'"],
  [1.5, '*', 'b', 'TypeError', "can't multiply sequence by non-int of type 'float'"],
  [{}, '%', 1, 'TypeError', "unsupported operand type(s) for %: 'dict' and 'int'"],
  ['a', '**', 2, 'TypeError', "unsupported operand type(s) for ** or pow(): 'str' and 'int'"],
  [1, '/', 0, 'ZeroDivisionError', 'division by zero'],
  [1, '/', false, 'ZeroDivisionError', 'division by zero'],
  [five, '/', 0, 'ZeroDivisionError', 'float division by zero'],
  [1, '//', 0, 'ZeroDivisionError', 'integer division or modulo by zero'],
  [five, '//', 0, 'ZeroDivisionError', 'float floor division by zero'],
  [1, '%', 0, 'ZeroDivisionError', 'integer modulo by zero'],
  [five, '%', 0, 'ZeroDivisionError', 'float modulo'],
  [0, '**', -1, 'ZeroDivisionError', '0.0 cannot be raised to a negative power'],
  [new Float(10), '**', 400, 'OverflowError', "(34, 'Numerical result out of range')"],
  [10n ** 400n, '/', 3, 'OverflowError', 'integer division result too large for a float'],
  [10n ** 400n, '+', 1.5, 'OverflowError', 'int too large to convert to float'],
]

describe('operators give what Python gives', () => {
  test.each(results)('%o %s %o is %s', (a, operator, b, repr) => {
    expect(pythonRepr(operators[operator](a, b))).toBe(repr)
  })

  test.each(errors)('%o %s %o raises %s', (a, operator, b, exception, text) => {
    const error = caught(() => operators[operator](a, b))
    expect(isSaltError(error, 'VALUE_OPERATION') && [error.data?.['exception'], error.message]).toEqual([
      exception,
      text,
    ])
  })

  test('a minus in front', () => {
    const reprs = [5, five, new Float(0), 0, true, 2n ** 60n, 1.5].map((value) => pythonRepr(negate(value)))
    expect(reprs).toEqual(['-5', '-5.0', '-0.0', '0', '-1', '-1152921504606846976', '-1.5'])
    expect(() => negate('a')).toThrow("bad operand type for unary -: 'str'")
  })
})

describe('no result fills the memory', () => {
  test.each([
    [10, '**', 10n ** 9n],
    [10n ** 100_000n, '**', 10],
    ['a', '*', 2 ** 40],
    [[1], '*', 2 ** 31],
    [Buffer.alloc(1024), '*', 2 ** 31],
  ] as const)('%o %s %o', (a, operator, b) => {
    expect(() => operators[operator](a, b)).toThrow('too large to hold')
  })

  test('nothing, however often, is nothing', () => {
    expect([multiply('', 2 ** 50), multiply([], 10n ** 30n)]).toEqual(['', []])
  })
})

function four(): number {
  return 4
}

function caught(run: () => unknown): unknown {
  try {
    return run()
  } catch (error) {
    return error
  }
}
