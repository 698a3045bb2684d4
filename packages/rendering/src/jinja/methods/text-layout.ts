// SPDX-License-Identifier: Apache-2.0
import { pythonTypeName, ValueMap } from '@halite/core'
import { braceFormat } from '../format/brace.ts'
import { encodeText } from '../format/encodings.ts'
import { type Keywords, type NativeRow, typeError, valueError } from '../runtime/native.ts'
import { Markup } from '../runtime/objects.ts'
import type { Runtime } from '../runtime/runtime.ts'
import { lengthOf, pointsOf } from '../runtime/text-points.ts'
import { intOf, intOr, textOf } from './arguments.ts'

/** Methods of text that pad, format, encode and translate it. */
export const textLayoutMethods: readonly NativeRow[] = [
  [
    'ljust',
    'self, width, fillchar?',
    (rt, [text, width, fill]) => padded(rt, text, { width, fill, side: 'right' }),
  ],
  [
    'rjust',
    'self, width, fillchar?',
    (rt, [text, width, fill]) => padded(rt, text, { width, fill, side: 'left' }),
  ],
  [
    'center',
    'self, width, fillchar?',
    (rt, [text, width, fill]) => padded(rt, text, { width, fill, side: 'both' }),
  ],
  ['zfill', 'self, width', (rt, [text, width]) => zeroFilled(rt, text, intOf(width))],
  ['expandtabs', 'self, tabsize?', (rt, [text, size]) => expandTabs(rt, text, intOr(size, 8))],
  [
    'format',
    'self, *, **',
    (rt, [text, args, keywords]: [string, unknown[], Keywords]) => braceFormat(rt, text, { args, keywords }),
  ],
  [
    'format_map',
    'self, mapping',
    (rt, [text, mapping]) => braceFormat(rt, text, { args: [], keywords: keywordsOf(mapping) }),
  ],
  [
    'encode',
    'self, encoding?, errors?',
    (_rt, [text, encoding, errors]) =>
      encodeText(text, textOf(encoding ?? 'utf-8'), textOf(errors ?? 'strict')),
  ],
  ['translate', 'self, table', (_rt, [text, table]) => translated(text, table)],
  ['maketrans', 'self, x, y?, z?', (_rt, [_text, from, to, deleted]) => translation(from, to, deleted)],
]

/** Python's `ljust`, `rjust` and `center`. */
export function padded(
  rt: Runtime,
  text: string,
  how: { width: unknown; fill: unknown; side: 'left' | 'right' | 'both' },
): string {
  const fill =
    how.fill === undefined ? ' ' : textOf(how.fill, 'The fill character must be a unicode character')
  if (lengthOf(fill) !== 1) throw typeError('The fill character must be exactly one character long')
  const width = intOf(how.width)
  const missing = width - lengthOf(text)
  if (missing <= 0) return text
  rt.budget.charge(width)
  if (how.side === 'right') return text + fill.repeat(missing)
  if (how.side === 'left') return fill.repeat(missing) + text
  // Where one side has to be longer, Python looks at the width to decide which.
  const left = Math.floor(missing / 2) + (missing & width & 1)
  return fill.repeat(left) + text + fill.repeat(missing - left)
}

function zeroFilled(rt: Runtime, text: string, width: number): string {
  const missing = width - lengthOf(text)
  if (missing <= 0) return text
  rt.budget.charge(width)
  const sign = /^[+-]/.test(text) ? text.slice(0, 1) : ''
  return sign + '0'.repeat(missing) + text.slice(sign.length)
}

function expandTabs(rt: Runtime, text: string, size: number): string {
  rt.budget.charge(text.length + text.split('\t').length * Math.max(size, 0))
  let column = 0
  return pointsOf(text)
    .map((character) => {
      if (character === '\n' || character === '\r') column = 0
      else if (character === '\t') {
        const width = size > 0 ? size - (column % size) : 0
        column += width
        return ' '.repeat(width)
      } else column++
      return character
    })
    .join('')
}

function keywordsOf(mapping: unknown): Keywords {
  if (!(mapping instanceof Map))
    throw typeError(`format_map() argument must be a mapping, not ${pythonTypeName(mapping)}`)
  return new Map([...mapping].map(([key, value]) => [String(key), value]))
}

function translated(text: string, table: unknown): string {
  const pick = lookUpIn(table)
  return pointsOf(text)
    .map((character) => {
      const point = character.codePointAt(0)
      const by = pick(point ?? 0)
      if (by === undefined) return character
      if (by === null) return ''
      return typeof by === 'number'
        ? String.fromCodePoint(by)
        : textOf(by, 'character mapping must return integer, None or str')
    })
    .join('')
}

/** A map, or what has places: text and lists. */
function lookUpIn(table: unknown): (point: number) => unknown {
  if (table instanceof Map) return (point) => table.get(point)
  if (Array.isArray(table) || table instanceof Uint8Array) return (point) => table[point]
  const text = table instanceof Markup ? table.text : table
  if (typeof text !== 'string') throw typeError(`'${pythonTypeName(table)}' object is not subscriptable`)
  const points = pointsOf(text)
  return (point) => points[point]
}

function translation(from: unknown, to: unknown, deleted: unknown): ValueMap {
  const table = new ValueMap()
  if (to === undefined) {
    if (!(from instanceof Map))
      throw typeError('if you give only one argument to maketrans it must be a dict')
    for (const [key, value] of from) table.set(typeof key === 'string' ? key.codePointAt(0) : key, value)
    return table
  }
  const [sources, targets] = [pointsOf(textOf(from)), pointsOf(textOf(to))]
  if (sources.length !== targets.length)
    throw valueError('the first two maketrans arguments must have equal length')
  for (const [index, source] of sources.entries())
    table.set(source.codePointAt(0), targets[index]?.codePointAt(0))
  for (const each of pointsOf(deleted === undefined ? '' : textOf(deleted)))
    table.set(each.codePointAt(0), null)
  return table
}
