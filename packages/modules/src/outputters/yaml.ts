// SPDX-License-Identifier: Apache-2.0
import { dumpYaml, mapOf } from '@halite/core'
import { defineOutputter } from '@halite/loader'
import { inOrder, shown, shownEntries } from './text/entries.ts'

/** YAML in block style, or in flow style on one line. */
export default defineOutputter({
  name: 'yaml',
  doc: 'YAML, keys sorted. --out-indent is the depth of a level; a negative one prints on one line.',
  forPrograms: 'lines',
  render: (data, { indent = 2 }) => {
    const sorted = withSortedKeys(data)
    if (indent < 0) return flowText(sorted)
    const text = dumpYaml(sorted, { indent: Math.max(indent, 2) }).trimEnd()
    return isOpenEnded(sorted, text) ? `${text}\n...` : text
  },
})

function withSortedKeys(value: unknown): unknown {
  const plain = shown(value)
  if (Array.isArray(plain)) return plain.map(withSortedKeys)
  const entries = shownEntries(plain)
  if (entries === undefined) return plain
  return mapOf((inOrder(entries) ?? entries).map(([key, part]) => [shown(key), withSortedKeys(part)]))
}

/** Only a document end tells a reader of a stream that a bare scalar is complete. */
function isOpenEnded(value: unknown, text: string): boolean {
  return (typeof value !== 'object' || value === null) && !/^['"|>]/.test(text)
}

function flowText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flowText).join(', ')}]`
  const entries = shownEntries(value)
  if (entries === undefined) return flowScalar(value)
  return `{${entries.map(([key, part]) => `${flowScalar(key)}: ${flowText(part)}`).join(', ')}}`
}

/** A scalar as in a block, with quotes where a bracket, comma or line break would end it here. */
function flowScalar(value: unknown): string {
  const text = dumpYaml(value).trimEnd()
  if (text.includes('\n')) return JSON.stringify(value)
  return /^[^'"].*[,[\]{}]/.test(text) ? `'${text.replaceAll("'", "''")}'` : text
}
