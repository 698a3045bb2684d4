// SPDX-License-Identifier: Apache-2.0
import { createRequire } from 'node:module'
import type * as JsYaml from 'js-yaml'
import { messageOf, SaltError } from './errors.ts'
import { checkExpandedSize } from './expanded-size.ts'
import { withDeepLines } from './yaml-indent.ts'
import { plainDocument } from './yaml-plain.ts'
import { yamlProblem } from './yaml-problem.ts'
import { dumpSchema, loadSchema, textSchema, type YamlLibrary } from './yaml-schema.ts'

/** A document with the places of its top-level keys. */
export interface YamlDocument {
  readonly value: unknown
  /** Line of each key of a top-level mapping, counted from 1; empty for other documents. */
  readonly lines: ReadonlyMap<string, number>
}

/** How a value is written. */
export interface DumpYamlOptions {
  /** Spaces per level; default 2. */
  readonly indent?: number
}

/**
 * The value of one YAML document, by Salt's rules: YAML 1.1 where `y` and `n` are text, `0755` is 755, integers beyond
 * 2^53 are BigInt, timestamps are text, and a key that stands twice is an error.
 * Mappings keep the order and the type of their keys, floats are floats (`5.0`); nothing runs. An empty document is null.
 * Throws `YAML_INVALID`: `source:line:column: problem`, with the same parts in `data`; `VALUE_TOO_LARGE` where aliases make it
 * larger than any message may be.
 */
export function parseYaml(text: string, source: string): unknown {
  return read({ text, source, events: [] })
}

/**
 * The same document with every scalar as the text that stands there, and keys too: for a reader who wants `yes` as it was
 * typed. Undefined for a text that is no YAML.
 */
export function parseYamlTexts(text: string): unknown {
  const yaml = library()
  try {
    return yaml.load(text, { schema: textSchema(yaml) })
  } catch {
    // The caller has read it with its types, and says what is wrong with it.
    return undefined
  }
}

/** As `parseYaml`, with the line of each top-level key, for messages that point at one. */
export function parseYamlDocument(text: string, source: string): YamlDocument {
  const plain = plainDocument(text)
  if (plain !== undefined) return plain
  const reading: Reading = { text, source, events: [] }
  const value = read(reading)
  return { value, lines: topLevelLines(reading) }
}

/**
 * Writes plain data as Python's safe dumper does in block style, without folding long lines: keys in their order, lists
 * not indented below their key, text that would read back as something else in quotes.
 * Throws `YAML_INVALID` for what is not plain data: undefined, functions, instances of classes.
 */
export function dumpYaml(value: unknown, options: DumpYamlOptions = {}): string {
  const yaml = library()
  try {
    return yaml.dump(value, {
      schema: dumpSchema(yaml),
      indent: options.indent ?? 2,
      seqNoIndent: true,
      lineWidth: -1,
      noRefs: true,
      scalarStyleRules: styleRules(yaml),
    })
  } catch (cause) {
    throw new SaltError('YAML_INVALID', `value cannot be written as YAML: ${messageOf(cause)}`, { cause })
  }
}

/**
 * js-yaml takes 5 ms to load, which a command that meets no YAML must not pay, and options are read synchronously:
 * hence `require`. The bundler follows the first form; the second serves plain ESM, where a `require` that happens to be
 * there looks from somebody else's directory.
 */
const library: () => YamlLibrary = (() => {
  let loaded: YamlLibrary | undefined
  return () => {
    loaded ??= loadLibrary()
    return loaded
  }
})()

function loadLibrary(): YamlLibrary {
  return (import.meta as { bundled?: boolean }).bundled
    ? require('js-yaml')
    : createRequire(import.meta.url)('js-yaml')
}

interface Reading {
  text: string
  readonly source: string
  /** Filled by the parser, so that a failure of the step behind it can be placed. */
  events: readonly JsYaml.Event[]
}

function read(reading: Reading): unknown {
  const yaml = library()
  const { text, source } = reading
  try {
    const events = yaml.parseEvents(text, {})
    reading.events = events
    settlePlainTexts(reading)
    stripLastBlock(reading)
    const [value = null, ...more] = yaml.constructFromEvents(events, {
      source: text,
      schema: loadSchema(yaml),
    })
    if (hasAliases(reading)) checkExpandedSize(value, source)
    if (more.length > 0) throw problemAt(reading, secondDocument(text), 'but found another document')
    return value
  } catch (error) {
    if (!(error instanceof yaml.YAMLException)) throw error
    const deeper = isTooShallow(error) ? withDeepLines(text) : undefined
    if (deeper === undefined) throw explain(error, reading)
    reading.text = deeper
    return read(reading)
  }
}

/** A line that goes on with a bracket or quote stands less deep than the library wants it. */
function isTooShallow({ message }: JsYaml.YAMLException): boolean {
  return message.includes('deficient indentation')
}

/** Text without an alias cannot grow while it is read. */
function hasAliases({ events }: Reading): boolean {
  const { ALIAS } = library().EVENT_ID
  return events.some(({ type }) => type === ALIAS)
}

/** A block scalar whose last line ends with the file, not with a line break, has no line break at its end. */
function stripLastBlock(reading: Reading): void {
  const last = scalars(reading).at(-1)
  if (last === undefined || last.indent < 0 || /[\r\n]$/.test(reading.text)) return
  if (last.valueEnd >= reading.text.length) last.chomping = library().CHOMPING_MODE.STRIP
}

/**
 * YAML 1.1 gives a plain `=` and a plain `<<` types of their own, which no loader of Salt's builds but as keys. A `!` in front of
 * plain text says nothing.
 */
function settlePlainTexts(reading: Reading): void {
  const { PLAIN } = library().SCALAR_STYLE
  const { text } = reading
  for (const { event, isKey } of placedScalars(reading)) {
    if (event.style !== PLAIN) continue
    const size = event.valueEnd - event.valueStart
    const isUnspecific = event.tagEnd - event.tagStart === 1 && text[event.tagStart] === '!'
    if (isUnspecific && size > 0) event.tagStart = noTag
    if (isKey || event.tagStart !== noTag || size > 2) continue
    const value = text.slice(event.valueStart, event.valueEnd)
    const type = value === '=' ? 'value' : value === '<<' ? 'merge' : undefined
    if (type !== undefined)
      throw problemAt(reading, event.valueStart, noConstructor(`tag:yaml.org,2002:${type}`))
  }
}

/** Where an event has no tag. */
const noTag = -1

/** Every scalar, and whether it is the key of a mapping. */
function* placedScalars({ events }: Reading): Generator<{ event: JsYaml.ScalarEvent; isKey: boolean }> {
  const { MAPPING, SEQUENCE, DOCUMENT, POP, SCALAR } = library().EVENT_ID
  /** Of each collection around: whether its next node is a key; undefined where it has none. */
  const keys: (boolean | undefined)[] = []
  for (const event of events) {
    if (event.type === POP) keys.pop()
    const isKey = keys.at(-1)
    if (event.type === SCALAR) yield { event, isKey: isKey === true }
    if (event.type === MAPPING || event.type === SEQUENCE || event.type === DOCUMENT)
      keys.push(event.type === MAPPING ? true : undefined)
    else if (isKey !== undefined) keys[keys.length - 1] = !isKey
  }
}

/** Salt's words where users know them, the library's otherwise. */
function explain(error: JsYaml.YAMLException, reading: Reading): SaltError {
  const offset = error.mark?.position ?? 0
  const tag = /^unknown \w+ tag !<(.*)>$/.exec(error.reason)?.[1]
  if (tag !== undefined) return problemAt(reading, offset, noConstructor(tag))
  if (error.reason === 'duplicated mapping key') {
    return problemAt(reading, offset, `found conflicting ID '${keyAt(reading, offset)}'`)
  }
  const lineStart = reading.text.lastIndexOf('\n', offset - 1) + 1
  const seen = misplaced(reading.text.slice(offset, offset + 2), reading.text.slice(lineStart, offset))
  if (seen !== undefined) return problemAt(reading, offset, seen)
  const { offset: place, problem } = yamlProblem(reading.text, { offset, problem: error.reason })
  return problemAt(reading, place, problem)
}

/** Says what stands at the place of a mistake, where that is what a reader has to see. */
function misplaced(text: string, before: string): string | undefined {
  if (/^:(?:\s|$)/.test(text)) return 'mapping values are not allowed in this context'
  if (/^-(?:\s|$)/.test(text)) {
    const problem = 'block sequence entries are not allowed in this context'
    return before.trim() === '' ? `did not find expected key: ${problem}` : problem
  }
  return /^[@`%]/.test(text) ? 'found character that cannot start any token' : undefined
}

function noConstructor(tag: string): string {
  return `could not determine a constructor for the tag '${tag}'`
}

function keyAt(reading: Reading, offset: number): string {
  const key = scalars(reading).find((event) => startOf(event) === offset)
  return key === undefined ? '' : library().getScalarValue(reading.text, key)
}

function problemAt({ text, source }: Reading, offset: number, problem: string): SaltError {
  const before = text.slice(0, offset).split(/\r\n|[\r\n]/)
  const line = before.length
  const column = (before.at(-1) ?? '').length + 1
  return new SaltError('YAML_INVALID', `${source}:${line}:${column}: ${problem}`, {
    data: { source, line, column, problem },
  })
}

/** Where the second document begins: no line of `---` can stand inside a document. */
function secondDocument(text: string): number {
  const [first, second] = [...text.matchAll(/^---(?=\s|$)/gm)].map((match) => match.index)
  const nothingBefore = /^(?:[ \t]*(?:[#%].*)?[\r\n]+)*$/.test(text.slice(0, first))
  return (nothingBefore ? second : first) ?? 0
}

function topLevelLines({ events, text }: Reading): Map<string, number> {
  const { EVENT_ID, getScalarValue } = library()
  const lines = new Map<string, number>()
  if (events[1]?.type !== EVENT_ID.MAPPING) return lines
  let depth = 0
  let nodes = 0
  let line = 1
  let seen = 0
  for (const event of events.slice(2)) {
    if (event.type === EVENT_ID.POP) depth--
    else if (depth === 0 && nodes++ % 2 === 0 && event.type === EVENT_ID.SCALAR) {
      line += (text.slice(seen, event.valueStart).match(/\r\n|[\r\n]/g) ?? []).length
      seen = event.valueStart
      lines.set(getScalarValue(text, event), line)
    }
    if (event.type === EVENT_ID.MAPPING || event.type === EVENT_ID.SEQUENCE) depth++
  }
  return lines
}

function scalars({ events }: Reading): JsYaml.ScalarEvent[] {
  const { SCALAR } = library().EVENT_ID
  return events.filter((event): event is JsYaml.ScalarEvent => event.type === SCALAR)
}

/** The offset that js-yaml gives for a scalar: its tag or anchor where it has one. */
function startOf(event: JsYaml.ScalarEvent): number {
  return [event.tagStart, event.anchorStart, event.valueStart].find((start) => start !== -1) ?? 0
}

/** PyYAML's choice of quotes: single where they do, also for text of several lines. */
function styleRules({
  DEFAULT_SCALAR_STYLE_RULES: rules,
  SCALAR_STYLE,
}: YamlLibrary): JsYaml.ScalarStyleRule[] {
  const quoteLines: JsYaml.ScalarStyleRule = (layout) => {
    if (layout.style === SCALAR_STYLE.PLAIN && layout.node.value.includes('\n'))
      layout.style = SCALAR_STYLE.SINGLE_QUOTED
  }
  // Blanks behind a line break would be lost in single quotes: a reader folds them.
  const keepBlanks: JsYaml.ScalarStyleRule = (layout) => {
    if (layout.style === SCALAR_STYLE.SINGLE_QUOTED && /\n /.test(layout.node.value))
      layout.style = SCALAR_STYLE.DOUBLE_QUOTED
  }
  return [
    rules.doubleQuoteForInvisibles,
    quoteLines,
    rules.quoteInvalidPlain,
    rules.fallbackToDoubleQuoted,
    keepBlanks,
  ]
}
