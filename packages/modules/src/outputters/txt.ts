// SPDX-License-Identifier: Apache-2.0
import { pythonStr } from '@halite/core'
import { defineOutputter } from '@halite/loader'
import { entriesOf, shown } from './text/entries.ts'
import { linesOf } from './text/lines.ts'
import { prettyRepr } from './text/pretty.ts'

/** `id: value` on every line, for `grep` and `awk`. */
export default defineOutputter({
  name: 'txt',
  doc: 'The id before every line of a text; other values as Python literals on one line.',
  render: (data) => {
    const plain = shown(data)
    const entries = entriesOf(plain)
    if (entries === undefined) return typeof plain === 'string' ? plain : prettyRepr(plain)
    return entries
      .flatMap(([id, value]) => valueLines(value).map((line) => `${pythonStr(id)}: ${line}`))
      .join('\n')
  },
})

function valueLines(value: unknown): readonly string[] {
  const plain = shown(value)
  return typeof plain === 'string' ? linesOf(plain) : [pythonStr(plain)]
}
