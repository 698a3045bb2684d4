// SPDX-License-Identifier: Apache-2.0
import { pythonStr, withVisibleControls } from '@halite/core'
import { defineOutputter } from '@halite/loader'
import { linesOf, shown, shownEntries } from './text/entries.ts'
import { prettyRepr } from './text/pretty.ts'

/** `id: value` on every line, for `grep` and `awk`. */
export default defineOutputter({
  name: 'txt',
  doc: 'The id before every line of a text; other values as Python literals on one line.',
  forPrograms: 'lines',
  render: (data) => {
    const plain = shown(data)
    const entries = shownEntries(plain)
    if (entries === undefined)
      return typeof plain === 'string' ? withVisibleControls(plain) : prettyRepr(plain)
    return entries
      .flatMap(([id, value]) =>
        valueLines(value).map((line) => `${withVisibleControls(pythonStr(id))}: ${line}`),
      )
      .join('\n')
  },
})

function valueLines(value: unknown): readonly string[] {
  const plain = shown(value)
  return typeof plain === 'string' ? linesOf(plain).map(withVisibleControls) : [pythonStr(plain)]
}
