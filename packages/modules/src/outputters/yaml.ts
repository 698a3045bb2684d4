// SPDX-License-Identifier: Apache-2.0
import { mapOf } from '@halite/core'
import { defineOutputter } from '@halite/loader'
import { dumpYamlText } from '@halite/rendering/yaml-text'
import { inOrder, shown, shownEntries } from './text/entries.ts'

/** YAML in block style, or in flow style; lines are folded at 80 columns. */
export default defineOutputter({
  name: 'yaml',
  doc: 'YAML, keys sorted. --out-indent is the depth of a level; a negative one writes flow style: brackets in place of indentation.',
  forPrograms: 'lines',
  render: (data, { indent = 2 }) => {
    const layout = { flow: indent < 0, unicode: true, indent: indent < 2 || indent > 9 ? 2 : indent }
    return dumpYamlText(withSortedKeys(data), layout).trimEnd()
  },
})

function withSortedKeys(value: unknown): unknown {
  const plain = shown(value)
  if (Array.isArray(plain)) return plain.map(withSortedKeys)
  const entries = shownEntries(plain)
  if (entries === undefined) return plain
  return mapOf((inOrder(entries) ?? entries).map(([key, part]) => [shown(key), withSortedKeys(part)]))
}
