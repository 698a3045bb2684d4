// SPDX-License-Identifier: Apache-2.0
import { pythonRepr, pythonStr, withJsonControls } from '@halite/core'
import { defineOutputter } from '@halite/loader'
import { entriesOf, shown } from './text/entries.ts'

const defaultIndent = 4

/** One JSON document a return, numbers written as Python writes them. */
export default defineOutputter({
  name: 'json',
  doc: 'JSON: one document for each minion, or one of all with --static. --out-indent=-1 puts it on one line.',
  forPrograms: 'documents',
  render: (data, { indent = defaultIndent }) =>
    withJsonControls(jsonText(data, indent < 0 ? undefined : ' '.repeat(indent), '')),
})

/** `step` is one level of indentation, undefined for one line; `margin` is that of the value itself. */
function jsonText(value: unknown, step: string | undefined, margin: string): string {
  const plain = shown(value)
  const inner = step === undefined ? '' : margin + step
  const layout = { step, margin, inner }
  if (Array.isArray(plain))
    return block(
      '[]',
      plain.map((item) => jsonText(item, step, inner)),
      layout,
    )
  const entries = entriesOf(plain)
  if (entries === undefined) return scalarText(plain)
  const parts = entries.map(([key, part]) => `${keyText(key)}: ${jsonText(part, step, inner)}`)
  return block('{}', parts, layout)
}

interface Layout {
  readonly step: string | undefined
  readonly margin: string
  readonly inner: string
}

function block(brackets: string, parts: readonly string[], { step, margin, inner }: Layout): string {
  if (parts.length === 0) return brackets
  const [open, close] = brackets
  if (step === undefined) return `${open}${parts.join(', ')}${close}`
  return `${open}\n${parts.map((part) => inner + part).join(',\n')}\n${margin}${close}`
}

function scalarText(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'number') return numberText(value)
  if (typeof value === 'bigint' || typeof value === 'boolean') return String(value)
  if (value === null || value === undefined) return 'null'
  return JSON.stringify(pythonRepr(value))
}

/** As Python's json: `1e+20`, and names for what JSON cannot say. */
function numberText(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  return Number.isFinite(value) ? pythonRepr(value) : String(value)
}

/** Keys that are not text are written as the text of their JSON. */
function keyText(key: unknown): string {
  return JSON.stringify(typeof key === 'string' || typeof key === 'object' ? keyName(key) : scalarText(key))
}

function keyName(key: unknown): string {
  return key === null ? 'null' : pythonStr(shown(key))
}
