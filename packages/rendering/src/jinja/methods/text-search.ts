// SPDX-License-Identifier: Apache-2.0
import { pythonTypeName, Tuple, tupleOf } from '@halite/core'
import { type NativeRow, typeError, valueError } from '../runtime/native.ts'
import { lengthOf, pointSlice, toPoints } from '../runtime/text-points.ts'
import { intOr, textOf } from './arguments.ts'

/** Methods of text that look for other text. Positions are counted in code points. */
export const textSearchMethods: readonly NativeRow[] = [
  [
    'find',
    'self, sub, start?, end?',
    (_rt, [text, sub, start, end]) => place(text, sub, { start, end, last: false }),
  ],
  [
    'rfind',
    'self, sub, start?, end?',
    (_rt, [text, sub, start, end]) => place(text, sub, { start, end, last: true }),
  ],
  [
    'index',
    'self, sub, start?, end?',
    (_rt, [text, sub, start, end]) => found(place(text, sub, { start, end, last: false })),
  ],
  [
    'rindex',
    'self, sub, start?, end?',
    (_rt, [text, sub, start, end]) => found(place(text, sub, { start, end, last: true })),
  ],
  [
    'count',
    'self, sub, start?, end?',
    (_rt, [text, sub, start, end]) => occurrences(window(text, start, end).text, textOf(sub)),
  ],
  [
    'startswith',
    'self, prefix, start?, end?',
    (_rt, [text, prefix, start, end]) => affix('startswith', window(text, start, end).text, prefix),
  ],
  [
    'endswith',
    'self, suffix, start?, end?',
    (_rt, [text, suffix, start, end]) => affix('endswith', window(text, start, end).text, suffix),
  ],
  [
    'partition',
    'self, sep',
    (_rt, [text, sep]: [string, unknown]) => partition(text, text.indexOf(separator(sep)), textOf(sep)),
  ],
  [
    'rpartition',
    'self, sep',
    (_rt, [text, sep]: [string, unknown]) => {
      const at = text.lastIndexOf(separator(sep))
      return at === -1 ? tupleOf(['', '', text]) : partition(text, at, textOf(sep))
    },
  ],
  [
    'removeprefix',
    'self, prefix',
    (_rt, [text, prefix]: [string, unknown]) =>
      text.startsWith(textOf(prefix)) ? text.slice(textOf(prefix).length) : text,
  ],
  [
    'removesuffix',
    'self, suffix',
    (_rt, [text, suffix]: [string, unknown]) => {
      const end = textOf(suffix)
      return end !== '' && text.endsWith(end) ? text.slice(0, -end.length) : text
    },
  ],
]

/** The part of a text between two positions, and where it begins. */
function window(
  text: string,
  start: unknown,
  end: unknown,
): { readonly text: string; readonly offset: number } {
  if ((start === undefined || start === null) && (end === undefined || end === null))
    return { text, offset: 0 }
  const length = lengthOf(text)
  const clamp = (index: number) => Math.min(Math.max(index < 0 ? index + length : index, 0), length)
  const from = clamp(intOr(start, 0))
  const to = clamp(intOr(end, length))
  return { text: from <= to ? pointSlice(text, from, to) : '', offset: from }
}

function place(text: string, sub: unknown, options: { start: unknown; end: unknown; last: boolean }): number {
  const part = window(text, options.start, options.end)
  const wanted = textOf(sub)
  const at = options.last ? part.text.lastIndexOf(wanted) : part.text.indexOf(wanted)
  return at === -1 ? -1 : toPoints(part.text, at) + part.offset
}

function found(index: number): number {
  if (index === -1) throw valueError('substring not found')
  return index
}

function occurrences(text: string, sub: string): number {
  return sub === '' ? lengthOf(text) + 1 : text.split(sub).length - 1
}

function affix(method: 'startswith' | 'endswith', text: string, wanted: unknown): boolean {
  const options = wanted instanceof Tuple ? wanted : [wanted]
  return options.some((option) => {
    if (typeof option !== 'string') {
      throw typeError(`${method} first arg must be str or a tuple of str, not ${pythonTypeName(option)}`)
    }
    return method === 'startswith' ? text.startsWith(option) : text.endsWith(option)
  })
}

function separator(value: unknown): string {
  const text = textOf(value)
  if (text === '') throw valueError('empty separator')
  return text
}

function partition(text: string, at: number, sep: string): Tuple {
  return at === -1 ? tupleOf([text, '', '']) : tupleOf([text.slice(0, at), sep, text.slice(at + sep.length)])
}
