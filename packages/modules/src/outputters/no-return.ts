// SPDX-License-Identifier: Apache-2.0
import { pythonStr } from '@halite/core'
import { defineOutputter } from '@halite/loader'
import { shown, shownEntries, sortedEntries } from './text/entries.ts'
import { type Paint, painter, withoutEscapes } from './text/paint.ts'

/** Why a minion did not return, in red. */
export default defineOutputter({
  name: 'no_return',
  doc: 'Minions that did not return, and why, in red.',
  render: (data, { color }) => reasonLines(data, 0, painter(color)).join('\n'),
})

/** Unlike nested, the indentation is inside the colour and empty lines keep theirs. */
function reasonLines(value: unknown, indent: number, paint: Paint): readonly string[] {
  const plain = shown(value)
  const margin = ' '.repeat(indent)
  if (typeof plain === 'string') {
    return plain.split('\n').map((line) => paint('red', margin + withoutEscapes(line)))
  }
  return sortedEntries(shownEntries(plain) ?? []).flatMap(([key, reason]) => [
    `${paint('cyan', margin + withoutEscapes(pythonStr(key)))}:`,
    ...reasonLines(reason, indent + 4, paint),
  ])
}
