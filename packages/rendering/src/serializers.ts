// SPDX-License-Identifier: Apache-2.0
import {
  type DataMap,
  dumpJson,
  entriesOf,
  isMap,
  isTruthy,
  loadJson,
  mapOf,
  parseYaml,
  pythonStr,
  pythonTypeName,
  SaltError,
  toPlain,
} from '@halite/core'
import { stringify } from 'smol-toml'
import { prettyFormat } from './jinja/format/pretty.ts'
import { dumpYamlText } from './jinja/format/yaml/index.ts'
import { Importer } from './jinja/runtime/convert.ts'
import { Budget, defaultLimits } from './jinja/runtime/limits.ts'
import { tomlData } from './renderers/toml.ts'

/** Options of a serializer, by the names of Salt's. */
export type SerializerOptions = Readonly<Record<string, unknown>>

/** One format, both ways. Functions throw for what the format cannot hold, and for text that is not in it. */
export interface Serializer {
  /** Options that `serialize` takes; others are refused. */
  readonly options: readonly string[]
  readonly serialize: (value: unknown, options: SerializerOptions) => string
  /** Absent for formats that are only written. */
  readonly deserialize?: (text: string) => unknown
}

/** Data to text and back, by the name of the format. */
export const serializers: ReadonlyMap<string, Serializer> = new Map<string, Serializer>([
  [
    'json',
    {
      options: ['indent', 'sort_keys', 'ensure_ascii', 'separators'],
      serialize: jsonText,
      deserialize: loadJson,
    },
  ],
  [
    'yaml',
    {
      options: [
        'default_flow_style',
        'sort_keys',
        'width',
        'indent',
        'allow_unicode',
        'explicit_start',
        'explicit_end',
      ],
      serialize: yamlText,
      deserialize: (text) => parseYaml(text, 'yaml'),
    },
  ],
  [
    'python',
    {
      options: [],
      serialize: (value) => prettyFormat(new Importer().import(loadJson(dumpJson(value))), budget()),
    },
  ],
  [
    'toml',
    {
      options: [],
      serialize: (value) => stringify(tomlInput(value)),
      deserialize: (text) => tomlData(text, 'toml'),
    },
  ],
  ['keyvalue', { options: ['separator', 'line_ending', 'quoting'], serialize: keyValueText }],
  ['configparser', { options: [], serialize: sectionsText, deserialize: sectionsOf }],
])

function jsonText(value: unknown, options: SerializerOptions): string {
  const { indent, sort_keys: sort, ensure_ascii: ascii, separators } = options
  const [item, key] = Array.isArray(separators) ? separators.map(String) : []
  return dumpJson(value, {
    ...((typeof indent === 'number' || typeof indent === 'string') && { indent }),
    sortKeys: isTruthy(sort ?? false),
    ensureAscii: isTruthy(ascii ?? false),
    ...(item !== undefined && key !== undefined && { separators: [item, key] as const }),
  })
}

/** Innermost collections in brackets, as Salt's serializer writes by default. It removes the end that `explicit_end` asks for. */
function yamlText(value: unknown, options: SerializerOptions): string {
  const { default_flow_style: flow = null, sort_keys: sort = true, width, indent, allow_unicode } = options
  const text = dumpYamlText(value, {
    flow: flow === null ? 'leaves' : isTruthy(flow),
    sortKeys: isTruthy(sort),
    unicode: isTruthy(allow_unicode ?? false),
    explicitStart: isTruthy(options['explicit_start'] ?? false),
    ...(typeof width === 'number' && width > 4 && { width }),
    ...(typeof indent === 'number' && indent > 1 && indent < 10 && { indent }),
  })
  return text.replace(/\n(?:\.\.\.\n)?$/, '')
}

function budget(): Budget {
  return new Budget(defaultLimits, () => performance.now())
}

function tomlInput(value: unknown): Record<string, unknown> {
  if (!isMap(value)) throw refused('toml', `it takes a map, not ${pythonTypeName(value)}`)
  return toPlain(value) as Record<string, unknown>
}

function keyValueText(value: unknown, options: SerializerOptions): string {
  const { separator = '=', line_ending: lineEnding = '\n', quoting } = options
  const pairs: readonly (readonly unknown[])[] | undefined = isMap(value) ? entriesOf(value) : pairsIn(value)
  if (pairs === undefined) throw refused('keyvalue', 'it takes a map or a list of pairs')
  const shown = (item: unknown) =>
    isTruthy(quoting ?? false) ? shellQuoted(pythonStr(item)) : pythonStr(item)
  return pairs
    .map(([key, item]) => `${pythonStr(key)}${pythonStr(separator)}${shown(item)}`)
    .join(pythonStr(lineEnding))
}

function pairsIn(value: unknown): readonly unknown[][] | undefined {
  const isPairs = Array.isArray(value) && value.every((item) => Array.isArray(item) && item.length === 2)
  return isPairs ? (value as unknown[][]) : undefined
}

function shellQuoted(text: string): string {
  if (/^[\w@%+=:,./-]+$/.test(text)) return text
  return `'${text.replaceAll("'", `'"'"'`)}'`
}

function sectionsText(value: unknown): string {
  if (!isMap(value)) throw refused('configparser', `it takes a map, not ${pythonTypeName(value)}`)
  return entriesOf(value)
    .map(([name, section]) => `[${pythonStr(name)}]\n${settingsText(section)}\n`)
    .join('')
}

function settingsText(section: unknown): string {
  if (!isMap(section)) throw refused('configparser', 'each section is a map')
  const lines = entriesOf(section).map(([key, item]) => {
    const text = item === null ? '' : ` = ${pythonStr(item).replaceAll('\n', '\n\t')}`
    return `${pythonStr(key).toLowerCase()}${text}\n`
  })
  return lines.join('')
}

function sectionsOf(text: string): DataMap {
  const sections = new Map<unknown, Map<unknown, unknown>>()
  let section: Map<unknown, unknown> | undefined
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const name = /^\[(.+)\]\s*$/.exec(line)?.[1]
    if (name !== undefined) {
      section = sections.get(name) ?? new Map()
      sections.set(name, section)
    } else if (line.trim() !== '' && !/^\s*[#;]/.test(line)) setting(section, line, index + 1)
  }
  return mapOf([...sections].map(([name, settings]) => [name, mapOf([...settings])]))
}

/** `name = value` or `name: value`; a line that is indented goes on with the one before. */
function setting(section: Map<unknown, unknown> | undefined, line: string, number: number): void {
  const last = section === undefined ? undefined : [...section.keys()].at(-1)
  if (/^\s/.test(line) && section !== undefined && last !== undefined) {
    section.set(last, `${String(section.get(last))}\n${line.trim()}`)
    return
  }
  const [, key, value] = /^\s*([^=:]+?)\s*[=:]\s*(.*?)\s*$/.exec(line) ?? []
  if (section === undefined || key === undefined)
    throw refused('configparser', `line ${number} is no setting`)
  section.set(key.toLowerCase(), value ?? '')
}

function refused(format: string, problem: string): SaltError {
  return new SaltError('ARGUMENTS_INVALID', `${format}: ${problem}`)
}
