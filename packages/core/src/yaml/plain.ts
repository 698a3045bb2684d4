// SPDX-License-Identifier: Apache-2.0

/** A document of `name: value` lines: the values, and the line of each name at the top counted from 1. */
export interface PlainDocument {
  readonly value: Readonly<Record<string, unknown>>
  readonly lines: ReadonlyMap<string, number>
}

type Values = Record<string, unknown>

/** A map whose lines stand as deep as this. */
interface Level {
  readonly indent: number
  readonly values: Values
}

/** Deeper ones are left to the parser, which knows when it is too deep. */
const maxDepth = 20

/**
 * Reads what most configuration files are, comments and `name: value` lines, one below the other or inside one another, whose
 * meaning no rule of YAML can change, in a third of the time that the parser takes. Undefined for every other text, also for
 * one that is wrong: what it gives is what the parser would give.
 */
export function plainDocument(text: string): PlainDocument | undefined {
  if (!printable.test(text)) return undefined
  const value: Values = {}
  const lines = new Map<string, number>()
  const levels: Level[] = [{ indent: 0, values: value }]
  /** A name whose value may stand below it. */
  let open: string | undefined
  for (const [index, line] of text.split('\n').entries()) {
    if (comment.test(line)) continue
    const found = entryOf(line)
    const values = found && valuesAt(levels, found.indent, open)
    if (found === undefined || values === undefined || Object.hasOwn(values, found.name)) return undefined
    values[found.name] = found.value
    open = found.value === null ? found.name : undefined
    if (levels.length === 1) lines.set(found.name, index + 1)
  }
  return lines.size === 0 ? undefined : { value, lines }
}

/** The map that a line so deep belongs to: a new one below an open name, or one of those around. Undefined where there is none. */
function valuesAt(levels: Level[], indent: number, open: string | undefined): Values | undefined {
  const last = levels.at(-1)
  if (last !== undefined && indent > last.indent) {
    if (open === undefined || levels.length > maxDepth) return undefined
    const values: Values = {}
    last.values[open] = values
    levels.push({ indent, values })
    return values
  }
  while ((levels.at(-1)?.indent ?? 0) > indent) levels.pop()
  const level = levels.at(-1)
  return level?.indent === indent ? level.values : undefined
}

/** No tabs, no carriage returns, and nothing whose place in YAML has to be looked up. */
const printable = /^[\x20-\x7e\n]*$/
const comment = /^ *(?:#|$)/
const entry = /^( *)([A-Za-z][A-Za-z0-9_-]{0,99}):(?: +(.*?))? *$/

interface Entry {
  readonly indent: number
  readonly name: string
  /** Null where nothing stands on the line. */
  readonly value: unknown
}

function entryOf(line: string): Entry | undefined {
  const [, indent = '', name, text = ''] = entry.exec(line) ?? []
  if (name === undefined || typedWord.test(name)) return undefined
  const scalar = scalarOf(text)
  return scalar && { indent: indent.length, name, value: scalar.value }
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
