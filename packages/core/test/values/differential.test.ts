// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import {
  add,
  divide,
  dumpJson,
  dumpYaml,
  equal,
  floorDivide,
  isOrdered,
  isSaltError,
  isTruthy,
  loadJson,
  modulo,
  multiply,
  parseYaml,
  power,
  pythonRepr,
  run,
  subtract,
} from '@halite/core'
import { type Arbitrary, constantFrom, oneof, sample, tuple } from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { anyValue, jsonValue, yamlValue } from './arbitrary.ts'

/** A Python with Salt 3007 installed, such as `python -m venv x && x/bin/pip install salt==3007.10 …` makes. */
const python = process.env['SALT_PYTHON']
const number = 400
const seed = 20_261_127

/** A question to Python, and what we say; Python is told values as the texts that `repr` gives. */
interface Question {
  readonly ask: readonly string[]
  readonly ours: () => string
}

describe('what Python and Salt say of generated values', () => {
  beforeEach((ctx) =>
    ctx.skip(
      python === undefined || !existsSync(python),
      'SALT_PYTHON names no Python with Salt; the other files cover each rule',
    ),
  )

  test('repr and truth', () =>
    agree(
      sample(anyValue(), { numRuns: number, seed }).flatMap((value) => [
        { ask: ['repr', pythonRepr(value)], ours: () => pythonRepr(value) },
        { ask: ['bool', pythonRepr(value)], ours: () => pythonRepr(isTruthy(value)) },
      ]),
    ))

  test('JSON', () =>
    agree(
      sample(jsonValue(), { numRuns: number, seed }).flatMap((value) => [
        { ask: ['json', pythonRepr(value)], ours: () => dumpJson(value) },
        {
          ask: ['pretty json', pythonRepr(value)],
          ours: () => dumpJson(value, { indent: 2, ensureAscii: true }),
        },
        { ask: ['load json', dumpJson(value)], ours: () => pythonRepr(loadJson(dumpJson(value))) },
      ]),
    ))

  test('JSON that is wrong', () =>
    agree(
      sample(
        tuple(jsonValue(), constantFrom(0.2, 0.5, 0.9), constantFrom('', ',', ']', '"', '\\', '1', 'x')),
        { numRuns: number, seed },
      ).map(([value, where, put]) => {
        const text = dumpJson(value)
        const at = Math.floor(text.length * where)
        const broken = text.slice(0, at) + put + text.slice(at + 1)
        return { ask: ['load json', broken], ours: () => pythonRepr(loadJson(broken)) }
      }),
    ))

  test('YAML that we write', () =>
    agree(
      sample(yamlValue(), { numRuns: number, seed }).map((value) => ({
        ask: ['load yaml', dumpYaml(value)],
        ours: () => pythonRepr(value),
      })),
    ))

  test('YAML that it writes', async () => {
    const values = sample(yamlValue(), { numRuns: number, seed })
    const written = await answers(values.map((value) => ['dump yaml', pythonRepr(value)]))
    for (const [index, text] of written.entries()) {
      expect(equal(parseYaml(text, 'test'), values[index]), text).toBe(true)
    }
  })

  const operators: Readonly<Record<string, (a: unknown, b: unknown) => unknown>> = {
    '+': add,
    '-': subtract,
    '*': multiply,
    '/': divide,
    '//': floorDivide,
    '%': modulo,
    '**': power,
    '==': equal,
    '<': (a, b) => isOrdered(a, '<', b),
    '<=': (a, b) => isOrdered(a, '<=', b),
  }

  test.each(Object.keys(operators))('%s', (operator) => {
    const operand: Arbitrary<unknown> =
      operator === '**' || operator === '*'
        ? constantFrom<unknown>(
            0,
            1,
            -1,
            2,
            7,
            -3,
            10,
            true,
            false,
            0.5,
            -2.5,
            ...sample(smallFloats, 4),
            'ab',
            null,
            [1],
            {},
          )
        : oneof(
            anyValue(),
            constantFrom<unknown>(0, 1, -1, 2, 7, -3, true, 0.5, 2n ** 70n, 'a', '', [1, 'x'], [true], null),
          )
    return agree(
      sample(tuple(operand, operand), { numRuns: number, seed })
        // `%` of text is formatting, which is no operator of values.
        .filter(([a]) => operator !== '%' || !(typeof a === 'string' || a instanceof Uint8Array))
        .map(([a, b]) => ({
          ask: [operator, pythonRepr(a), pythonRepr(b)],
          ours: () => pythonRepr((operators[operator] as (a: unknown, b: unknown) => unknown)(a, b)),
        })),
    )
  })
})

const smallFloats = constantFrom<unknown>(...[2, -0, 5, -3].map((value) => multiply(value, 1.5)))

async function agree(questions: readonly Question[]): Promise<void> {
  const wanted = await answers(questions.map(({ ask }) => ask))
  const different = questions.flatMap(({ ask, ours }, index) => {
    const [said, expected] = [outcome(ours), wanted[index] ?? '']
    return isSame(said, expected) || isNearPower(ask, { said, expected })
      ? []
      : [{ ask, python: expected, ours: said }]
  })
  expect(different).toEqual([])
}

/** Not compared: complex numbers, which are refused, and which characters a newer Unicode can print. */
function isSame(ours: string, python: string): boolean {
  if (/^\(\S+j\)$/.test(python) || /^-?[\d.e+-]+j$/.test(python)) return ours.startsWith('ValueError')
  return printed(ours) === printed(python)
}

/** The last digit of a power that is no integer is that of the C library. */
function isNearPower(
  [operator, , power = '']: readonly string[],
  { said, expected }: { readonly said: string; readonly expected: string },
): boolean {
  if (operator !== '**' || Number.isInteger(Number(power))) return false
  return Math.abs(Number(said) - Number(expected)) <= Math.abs(Number(expected)) * 1e-15
}

function printed(text: string): string {
  return text.replace(/\\U([0-9a-f]{8})|\\u([0-9a-f]{4})/g, (_, long: string, short: string) =>
    String.fromCodePoint(Number.parseInt(long ?? short, 16)),
  )
}

async function answers(questions: readonly (readonly string[])[]): Promise<string[]> {
  const { stdout, stderr, retcode } = await run([python ?? '', join(import.meta.dirname, 'oracle.py')], {
    stdin: JSON.stringify(questions),
    timeoutMs: 100_000,
  })
  if (retcode !== 0) throw new Error(Buffer.from(stderr).toString())
  return JSON.parse(Buffer.from(stdout).toString()) as string[]
}

function outcome(ours: () => string): string {
  try {
    return ours()
  } catch (error) {
    if (isSaltError(error, 'VALUE_OPERATION')) return `${String(error.data?.['exception'])}: ${error.message}`
    if (isSaltError(error, 'JSON_INVALID')) return `JSONDecodeError: ${error.message}`
    throw error
  }
}
