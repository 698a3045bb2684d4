// SPDX-License-Identifier: Apache-2.0
import { SaltError } from '@halite/core'
import type { Option } from './option.ts'

/** Anything an option can hold. */
export type Value = string | number | boolean | readonly string[] | undefined

/** The value of an option that the command line does not name. Throws `USAGE` when the environment has a wrong one. */
export function initialValue(option: Option, env: NodeJS.ProcessEnv): Value {
  if (option.type === 'flag') return false
  const text = option.env === undefined ? undefined : env[option.env]
  if (option.env !== undefined && text) return valueFromText(option, { name: option.env, text })
  if (option.type === 'names' || option.type === 'repeated') return []
  return option.default
}

export interface Given {
  /** As typed, for the message. */
  readonly name: string
  readonly text: string
  /** The value of an earlier mention. */
  readonly earlier?: Value
}

/** Turns what was typed into the option's type. Throws `USAGE` with optparse's words. */
export function valueFromText(option: Option, given: Given): Value {
  switch (option.type) {
    case 'integer':
      return atLeast(option.min, given, integer(given))
    case 'number':
      return atLeast(option.min, given, number(given))
    case 'choice':
      return choice(option.choices, given)
    case 'names':
      return given.text
        .split(',')
        .map((name) => name.trim())
        .filter((name) => name !== '')
    case 'repeated':
      return [...(Array.isArray(given.earlier) ? given.earlier : []), given.text]
    default:
      return given.text
  }
}

const integerPattern = /^\s*[+-]?(?:\d+|0[xX][\da-fA-F]+|0[bB][01]+)\s*$/

function integer({ name, text }: Given): number {
  const value = integerPattern.test(text) ? signed(text.trim()) : Number.NaN
  if (Number.isSafeInteger(value)) return value
  throw new SaltError('USAGE', `option ${name}: invalid integer value: '${text}'`)
}

const numberPattern = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*$/

function number({ name, text }: Given): number {
  if (numberPattern.test(text) && Number.isFinite(Number(text))) return Number(text)
  throw new SaltError('USAGE', `option ${name}: invalid floating-point value: '${text}'`)
}

function atLeast(min: number | undefined, { name }: Given, value: number): number {
  if (min === undefined || value >= min) return value
  throw new SaltError('USAGE', `option ${name}: ${value} is less than ${min}`)
}

/** `Number` reads `0x10` but not `-0x10`. */
function signed(text: string): number {
  return text.startsWith('-') ? 0 - Number(text.slice(1)) : Number(text)
}

function choice(choices: readonly string[], { name, text }: Given): string {
  if (choices.includes(text)) return text
  const all = choices.map((one) => `'${one}'`).join(', ')
  throw new SaltError('USAGE', `option ${name}: invalid choice: '${text}' (choose from ${all})`)
}
