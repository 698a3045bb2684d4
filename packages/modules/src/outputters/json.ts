// SPDX-License-Identifier: Apache-2.0
import { dumpJson, pythonRepr, withJsonControls } from '@halite/core'
import { defineOutputter } from '@halite/loader'
import { shown } from './text/entries.ts'

const defaultIndent = 4

/** One JSON document a return, as Python writes it. */
export default defineOutputter({
  name: 'json',
  doc: 'JSON: one document for each minion, or one of all with --static. --out-indent=-1 puts it on one line.',
  forPrograms: 'documents',
  render: (data, { indent = defaultIndent }) =>
    withJsonControls(dumpJson(data, { fallback: readable, ...(indent < 0 ? {} : { indent }) })),
})

/** Bytes that are text as text, everything else that JSON has no form for as Python prints it. */
function readable(value: unknown): unknown {
  const plain = shown(value)
  return plain === value ? pythonRepr(value) : plain
}
