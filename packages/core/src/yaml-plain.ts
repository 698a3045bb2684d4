// SPDX-License-Identifier: Apache-2.0

/** A document of `name: value` lines: the values, and the line of each name counted from 1. */
export interface PlainDocument {
  readonly value: Readonly<Record<string, unknown>>
  readonly lines: ReadonlyMap<string, number>
}

/**
 * Reads what most configuration files are, comments and `name: value` lines whose meaning no rule of YAML can change, so
 * that a tool which meets nothing else never loads a YAML parser. Undefined for every other text, also for one that is
 * wrong: what it gives is what the parser would give.
 */
export function plainDocument(text: string): PlainDocument | undefined {
  if (!printable.test(text)) return undefined
  const values = new Map<string, unknown>()
  const lines = new Map<string, number>()
  for (const [index, line] of text.split('\n').entries()) {
    if (comment.test(line)) continue
    const { name, value } = entryOf(line) ?? {}
    if (name === undefined || lines.has(name)) return undefined
    values.set(name, value)
    lines.set(name, index + 1)
  }
  return lines.size === 0 ? undefined : { value: Object.fromEntries(values), lines }
}

/** No tabs, no carriage returns, and nothing whose place in YAML has to be looked up. */
const printable = /^[\x20-\x7e\n]*$/
const comment = /^ *(?:#|$)/
const entry = /^([a-z][a-z0-9_]{0,99}):(?: +(.*?))? *$/

function entryOf(line: string): { readonly name: string; readonly value: unknown } | undefined {
  const [, name, text = ''] = entry.exec(line) ?? []
  if (name === undefined || typedWord.test(name)) return undefined
  const scalar = scalarOf(text)
  return scalar && { name, value: scalar.value }
}

/** A plain scalar that no rule can take for anything but text, apart from `typedWord`. */
const plainText = /^[A-Za-z/_](?:[\w./\\@%+=,-]|[: ](?=[\w./\\@%+=,-]))*$/
const typedWord = /^(?:yes|no|on|off|true|false|null)$/i
const plainInteger = /^(?:0|-?[1-9]\d{0,14})$/
const address = /^\d{1,3}(?:\.\d{1,3}){3}$/

function scalarOf(text: string): { readonly value: unknown } | undefined {
  if (text === '') return { value: null }
  if (text === 'True' || text === 'true') return { value: true }
  if (text === 'False' || text === 'false') return { value: false }
  if (plainInteger.test(text)) return { value: Number(text) }
  const isText = (plainText.test(text) && !typedWord.test(text)) || address.test(text)
  return isText ? { value: text } : undefined
}
