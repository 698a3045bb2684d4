// SPDX-License-Identifier: Apache-2.0
import { pythonTypeName } from '@halite/core'
import { itemsOf } from '../runtime/iteration.ts'
import { type NativeRow, typeError, valueError } from '../runtime/native.ts'
import { Markup } from '../runtime/objects.ts'
import type { Runtime } from '../runtime/runtime.ts'
import { intOf, intOr, textOf } from './arguments.ts'
import { blankRuns, lines, stripped, words } from './spaces.ts'

/** Methods of text that take it apart or put it together. */
export const textSplitMethods: readonly NativeRow[] = [
  [
    'split',
    'self, sep?, maxsplit?',
    (_rt, [text, sep, maxsplit]) => split(text, separator(sep), intOr(maxsplit, -1)),
  ],
  [
    'rsplit',
    'self, sep?, maxsplit?',
    (_rt, [text, sep, maxsplit]) => splitFromEnd(text, separator(sep), intOr(maxsplit, -1)),
  ],
  [
    'splitlines',
    'self, keepends?',
    (_rt, [text, keepEnds]) => lines(text, keepEnds !== undefined && intOf(keepEnds) !== 0),
  ],
  ['join', 'self, iterable', (rt, [text, items]) => joined(rt, text, items)],
  ['strip', 'self, chars?', (_rt, [text, chars]) => stripped(text, characters(chars), 'both')],
  ['lstrip', 'self, chars?', (_rt, [text, chars]) => stripped(text, characters(chars), 'left')],
  ['rstrip', 'self, chars?', (_rt, [text, chars]) => stripped(text, characters(chars), 'right')],
  [
    'replace',
    'self, old, new, count?',
    (rt, [text, old, by, count]) =>
      replaced(rt, text, { old: textOf(old), by: textOf(by), limit: intOr(count, -1) }),
  ],
]

/** `split`; `sep` undefined means runs of blanks. */
export function split(text: string, sep: string | undefined, limit: number): string[] {
  if (sep === undefined) return limit < 0 ? words(text) : wordsUpTo(text, limit)
  const parts = text.split(sep)
  if (limit < 0 || parts.length <= limit + 1) return parts
  return [...parts.slice(0, limit), parts.slice(limit).join(sep)]
}

function splitFromEnd(text: string, sep: string | undefined, limit: number): string[] {
  if (sep === undefined) return limit < 0 ? words(text) : wordsFromEnd(text, limit)
  const parts = text.split(sep)
  if (limit < 0 || parts.length <= limit + 1) return parts
  const head = parts.length - limit
  return [parts.slice(0, head).join(sep), ...parts.slice(head)]
}

/** The rest behind the last cut keeps its blanks at the end. */
function wordsUpTo(text: string, limit: number): string[] {
  const from = stripped(text, undefined, 'left')
  const cuts = blankRuns(from).slice(0, limit)
  const parts: string[] = []
  let start = 0
  for (const cut of cuts) {
    parts.push(from.slice(start, cut.start))
    start = cut.end
  }
  return start < from.length ? [...parts, from.slice(start)] : parts
}

function wordsFromEnd(text: string, limit: number): string[] {
  const from = stripped(text, undefined, 'right')
  const runs = blankRuns(from)
  const cuts = limit === 0 ? [] : runs.slice(-limit)
  const parts: string[] = []
  let start = 0
  for (const cut of cuts) {
    parts.push(from.slice(start, cut.start))
    start = cut.end
  }
  return [...parts, from.slice(start)].filter((part) => part !== '')
}

/** `replace`. Accounts for the result before it is made. */
export function replaced(
  rt: Runtime,
  text: string,
  { old, by, limit }: { readonly old: string; readonly by: string; readonly limit: number },
): string {
  const parts = old === '' ? ['', ...text, ''] : text.split(old)
  const count = limit < 0 ? parts.length - 1 : Math.min(limit, parts.length - 1)
  rt.budget.charge(text.length + count * by.length)
  const head = parts.slice(0, count + 1).join(by)
  return count === parts.length - 1 ? head : head + old + parts.slice(count + 1).join(old)
}

function joined(rt: Runtime, separatorText: string, iterable: unknown): string {
  const items = itemsOf(iterable)
  let size = 0
  const texts = items.map((item, index) => {
    const text = item instanceof Markup ? item.text : item
    if (typeof text !== 'string') {
      throw typeError(`sequence item ${index}: expected str instance, ${pythonTypeName(item)} found`)
    }
    size += text.length + separatorText.length
    return text
  })
  rt.budget.charge(size)
  return texts.join(separatorText)
}

function separator(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined
  const text = textOf(value, 'must be str or None')
  if (text === '') throw valueError('empty separator')
  return text
}

function characters(value: unknown): string | undefined {
  return value === undefined || value === null ? undefined : textOf(value, 'strip arg must be None or str')
}
