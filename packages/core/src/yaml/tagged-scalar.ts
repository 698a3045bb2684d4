// SPDX-License-Identifier: Apache-2.0

import { messageOf } from '../errors.ts'
import { decodeBase64 } from '../values/base64.ts'
import { coreTag, textTag } from './node.ts'
import { booleanIn, scalarIn } from './scalar.ts'
import { taggedFloat, taggedInteger } from './tagged-number.ts'

/** A scalar with this text and tag is nothing that the tag could mean; the message is Python's. */
export class ScalarError extends Error {}

/** Whether scalars have this tag. */
export function isScalarTag(tag: string): boolean {
  return readers.has(tag)
}

/** The value of a scalar with a tag that scalars have. Throws `ScalarError`. */
export function taggedScalar(tag: string, text: string): unknown {
  return readers.get(tag)?.(text)
}

const readers = new Map<string, (text: string) => unknown>([
  [textTag, (text) => text],
  [coreTag('python/unicode'), (text) => text],
  [coreTag('timestamp'), (text) => text],
  [coreTag('null'), () => null],
  [
    coreTag('bool'),
    (text) => booleanIn(text) ?? booleanIn(text.toLowerCase()) ?? refuse(`'${text.toLowerCase()}'`),
  ],
  [coreTag('int'), (text) => taggedInteger(text) ?? refuse(noInteger(text, 10))],
  [coreTag('float'), (text) => taggedFloat(text) ?? refuse(`could not convert string to float: '${text}'`)],
  [coreTag('binary'), binary],
])

function refuse(problem: string): never {
  throw new ScalarError(problem)
}

function noInteger(text: string, base: number): string {
  return `invalid literal for int() with base ${base}: '${text}'`
}

function binary(text: string): Uint8Array {
  if (/[^ -~\t-\r]/.test(text)) refuse('failed to convert base64 data into ascii')
  try {
    return decodeBase64(text)
  } catch (error) {
    return refuse(`failed to decode base64 data: ${messageOf(error)}`)
  }
}

/** The value of a plain scalar. Throws `ScalarError` for `0_`, `0b_` and `0x_`, which look like integers. */
export function plainScalar(text: string): unknown {
  if (text !== '' && !mayBeTyped(text.charCodeAt(0))) return text
  if (/^(?:[-+]?0[bx]|0+)_+$/.test(text)) refuse(noInteger('', baseOf(text)))
  return scalarIn(text)
}

function baseOf(text: string): number {
  if (text.includes('b')) return 2
  return text.includes('x') ? 16 : 10
}

/** Whether what begins with this may be something else than text. */
function mayBeTyped(code: number): boolean {
  return code < 0x80 ? typedStarts[code] === 1 : false
}

const typedStarts = new Uint8Array(0x80)
for (const character of '0123456789+-.~yYnNtTfFoO') typedStarts[character.charCodeAt(0)] = 1
