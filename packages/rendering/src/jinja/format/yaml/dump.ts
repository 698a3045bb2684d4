// SPDX-License-Identifier: Apache-2.0
import { type DataMap, entriesOf, Float, floatRepr, isFloat, isMap, pythonTypeName } from '@halite/core'
import { TemplateProblem } from '../../runtime/errors.ts'
import { Iterable, Markup, OrderedMap } from '../../runtime/objects.ts'
import { sortedBy } from '../../runtime/sorting.ts'
import { analyze, readsAsOther } from './scalar.ts'
import { YamlWriter } from './writer.ts'

/** How `dumpYamlText` writes. */
export interface YamlLayout {
  /** Collections with brackets, folded at 80 columns, or one entry a line; `leaves`: only those that hold scalars alone. */
  readonly flow: boolean | 'leaves'
  /** Default true. */
  readonly sortKeys?: boolean
  /** Columns before lines are folded; default 80. */
  readonly width?: number
  /** Spaces per level, 2 to 9; default 2. */
  readonly indent?: number
  /** Whether text beyond ASCII stands as it is; default false. */
  readonly unicode?: boolean
  /** Whether `---` stands in front; default false. */
  readonly explicitStart?: boolean
}

/** Deeper data is refused; it is made in a loop, not written. */
const maxDepth = 200
/** Longer keys stand behind `?`. */
const maxKeyBytes = 128

/** Data as PyYAML's safe dumper writes it by libyaml: keys sorted, lists not indented below their key, long lines folded. */
export function dumpYamlText(value: unknown, layout: YamlLayout): string {
  const writer = new YamlWriter(layout.width ?? 80, layout.unicode ?? false)
  const emitter = new Emitter(writer, layout)
  if (layout.explicitStart) writer.indicator('---', { space: true })
  emitter.node(value, { indent: undefined, inFlow: false, isKey: false, isRoot: true })
  return `${writer.text}\n${emitter.isOpenEnded ? '...\n' : ''}`
}

interface Place {
  readonly indent: number | undefined
  readonly inFlow: boolean
  readonly isKey: boolean
  readonly isRoot?: boolean
  readonly inMap?: boolean
}

class Emitter {
  /** Whether the document is a plain scalar, which PyYAML marks the end of. */
  isOpenEnded = false
  readonly #writer: YamlWriter
  readonly #layout: YamlLayout
  readonly #width: number
  readonly #step: number
  readonly #unicode: boolean
  #depth = 0

  constructor(writer: YamlWriter, layout: YamlLayout) {
    this.#writer = writer
    this.#layout = layout
    this.#width = layout.width ?? 80
    this.#step = layout.indent ?? 2
    this.#unicode = layout.unicode ?? false
  }

  node(value: unknown, place: Place): void {
    const plain = plainValue(value)
    if (isMap(plain)) this.#nested(() => this.#map(plain, place))
    else if (Array.isArray(plain)) this.#nested(() => this.#list(plain, place))
    else this.#scalar(plain, place)
  }

  #nested(emit: () => void): void {
    this.#depth++
    if (this.#depth > maxDepth)
      throw new TemplateProblem('error', `maximum recursion depth exceeded (${maxDepth})`)
    const outer = this.#writer.indent
    emit()
    this.#writer.indent = outer
    this.#depth--
  }

  #map(map: DataMap, place: Place): void {
    const entries = this.#layout.sortKeys === false ? entriesOf(map) : sortedEntries(map)
    const isFlow = place.inFlow || this.#isFlow(entries.flat())
    if (isFlow)
      this.#flow(
        '{}',
        place,
        entries.map((entry) => () => this.#flowEntry(entry)),
      )
    else this.#blockMap(entries, place)
  }

  #isFlow(items: readonly unknown[]): boolean {
    const { flow } = this.#layout
    return items.length === 0 || flow === true || (flow === 'leaves' && items.every(isScalar))
  }

  #blockMap(entries: readonly (readonly [unknown, unknown])[], place: Place): void {
    const indent = place.indent === undefined ? 0 : place.indent + this.#step
    for (const [key, item] of entries) {
      this.#writer.indent = indent
      this.#writer.newLine()
      this.#key(key, { indent, inFlow: false, isKey: true })
      this.node(item, { indent, inFlow: false, isKey: false, inMap: true })
    }
  }

  #list(list: readonly unknown[], place: Place): void {
    const isFlow = place.inFlow || this.#isFlow(list)
    if (isFlow)
      this.#flow(
        '[]',
        place,
        list.map((item) => () => this.#flowItem(item)),
      )
    else this.#blockList(list, place)
  }

  #blockList(list: readonly unknown[], place: Place): void {
    const isIndentless = place.inMap === true && !this.#writer.indention
    const indent = place.indent === undefined ? 0 : isIndentless ? place.indent : place.indent + this.#step
    for (const item of list) {
      this.#writer.indent = indent
      this.#writer.newLine()
      this.#writer.indicator('-', { space: true, indention: true })
      this.node(item, { indent, inFlow: false, isKey: false })
    }
  }

  #flow(brackets: string, place: Place, emitters: readonly (() => void)[]): void {
    const writer = this.#writer
    writer.indicator(brackets.charAt(0), { space: true, whitespace: true })
    writer.indent = place.indent === undefined ? this.#step : place.indent + this.#step
    const inner = writer.indent
    for (const [index, emit] of emitters.entries()) {
      if (index > 0) writer.indicator(',')
      writer.indent = inner
      if (writer.column > this.#width) writer.newLine()
      emit()
    }
    writer.indicator(brackets.charAt(1))
  }

  #flowItem(item: unknown): void {
    this.node(item, { indent: this.#writer.indent, inFlow: true, isKey: false })
  }

  #flowEntry([key, item]: readonly [unknown, unknown]): void {
    const indent = this.#writer.indent
    this.#key(key, { indent, inFlow: true, isKey: true })
    this.#writer.indent = indent
    this.node(item, { indent, inFlow: true, isKey: false, inMap: true })
  }

  /** A key that is a collection, or long text, stands behind `?`. */
  #key(key: unknown, place: Place): void {
    const plain = plainValue(key)
    const isCollection = (isMap(plain) || Array.isArray(plain)) && true
    const text = isCollection ? '' : scalarText(plain)
    if (!isCollection && Buffer.byteLength(text) <= maxKeyBytes && !analyze(text, this.#unicode).multiline) {
      this.node(plain, place)
      this.#writer.indicator(':')
      return
    }
    this.#writer.indicator('?', { space: true, indention: !place.inFlow })
    this.node(plain, { ...place, isKey: false })
    if (!place.inFlow || this.#writer.column > this.#width) {
      this.#writer.indent = place.indent ?? 0
      this.#writer.newLine()
    }
    this.#writer.indicator(':', { space: place.inFlow, indention: !place.inFlow })
  }

  #scalar(value: unknown, place: Place): void {
    const writer = this.#writer
    writer.indent = place.indent === undefined ? this.#step : place.indent + this.#step
    const text = scalarText(value)
    if (value instanceof Uint8Array) this.#binary(value)
    else if (typeof value === 'string') this.#text(value, place)
    else {
      writer.plain(text, !place.isKey)
      this.isOpenEnded ||= place.isRoot === true
    }
  }

  #text(text: string, place: Place): void {
    const writer = this.#writer
    const split = !place.isKey
    const analysis = analyze(text, this.#unicode)
    const canBePlain = place.inFlow ? analysis.flowPlain : analysis.blockPlain
    const isEmptyHere = text === '' && (place.inFlow || place.isKey)
    if (canBePlain && !isEmptyHere && !readsAsOther(text) && !(place.isKey && analysis.multiline)) {
      writer.plain(text, split)
      this.isOpenEnded ||= place.isRoot === true
    } else if (analysis.singleQuoted && !(place.isKey && analysis.multiline)) writer.singleQuoted(text, split)
    else writer.doubleQuoted(text, split)
  }

  #binary(bytes: Uint8Array): void {
    const text = Buffer.from(bytes).toString('base64')
    this.#writer.indicator('!!binary', { space: true })
    this.#writer.indicator('|', { space: true })
    for (let at = 0; at < text.length; at += 76) {
      this.#writer.newLine()
      this.#writer.write(text.slice(at, at + 76))
    }
  }
}

function isScalar(value: unknown): boolean {
  const plain = plainValue(value)
  return !isMap(plain) && !Array.isArray(plain) && !(plain instanceof Uint8Array)
}

function plainValue(value: unknown): unknown {
  if (value instanceof Markup) return value.text
  if (value instanceof Iterable) return [...value.iterate()]
  return value instanceof Set ? new Map(Array.from(value, (item) => [item, null])) : value
}

function sortedEntries(map: DataMap): [unknown, unknown][] {
  const entries = entriesOf(map)
  if (map instanceof OrderedMap) return entries
  try {
    return sortedBy(entries, ([key]) => key)
  } catch {
    // Keys of several types have no order: PyYAML keeps them as they are.
    return entries
  }
}

/** The text of a scalar. Throws Salt's error for what the dumper cannot represent. */
export function scalarText(value: unknown): string {
  if (typeof value === 'string') return value
  if (value === null || value === undefined) return 'null'
  if (typeof value === 'boolean') return String(value)
  if (typeof value === 'bigint') return String(value)
  if (value instanceof Float) return floatText(value.value)
  if (typeof value === 'number') return isFloat(value) ? floatText(value) : String(value)
  if (value instanceof Uint8Array) return ''
  throw new TemplateProblem('error', `('cannot represent an object', <${pythonTypeName(value)}>)`)
}

function floatText(value: number): string {
  if (Number.isNaN(value)) return '.nan'
  if (!Number.isFinite(value)) return value > 0 ? '.inf' : '-.inf'
  const text = floatRepr(value)
  return text.includes('.') ? text : text.replace('e', '.0e')
}
