// SPDX-License-Identifier: Apache-2.0
import { type DataMap, entriesOf, isMap, isTruthy, mapOf, pythonStr, pythonTypeName } from '@halite/core'
import { interpolated, validSetting } from './configparser-interpolation.ts'
import type { ParserOptions, Section } from './configparser-options.ts'
import { readSections } from './configparser-reader.ts'
import { refused } from './refused.ts'
import type { Serializer, SerializerOptions } from './serializer.ts'

const optionNames = [
  'defaults',
  'allow_no_value',
  'delimiters',
  'comment_prefixes',
  'inline_comment_prefixes',
  'strict',
  'empty_lines_in_values',
  'default_section',
  'interpolation',
]

/** Files of Python's `configparser`: `[section]`, and `name = value`. */
export const configparser: Serializer = {
  options: optionNames,
  readOptions: optionNames,
  serialize: (value, options) => written(value, parserOptions(options)),
  deserialize: (text, options) => data(text, parserOptions(options)),
}

function parserOptions(given: SerializerOptions): ParserOptions {
  const flag = (name: string, byDefault: boolean) => isTruthy(given[name] ?? byDefault)
  const texts = (name: string, byDefault: readonly string[]) => {
    const value = given[name]
    if (value === undefined || value === null) return byDefault
    return (Array.isArray(value) ? value : [value]).map(pythonStr)
  }
  return {
    defaults: defaultsOf(given['defaults']),
    allowsNoValue: flag('allow_no_value', false),
    delimiters: texts('delimiters', ['=', ':']),
    commentPrefixes: texts('comment_prefixes', ['#', ';']),
    inlinePrefixes: texts('inline_comment_prefixes', []),
    isStrict: flag('strict', true),
    keepsEmptyLines: flag('empty_lines_in_values', true),
    defaultSection: pythonStr(given['default_section'] ?? 'DEFAULT'),
    interpolates: given['interpolation'] !== null,
  }
}

function defaultsOf(value: unknown): Section {
  if (value === undefined || value === null) return new Map()
  if (!isMap(value)) throw refused('configparser', `defaults is a map, not ${pythonTypeName(value)}`)
  return new Map(
    entriesOf(value).map(([key, item]) => [
      pythonStr(key).toLowerCase(),
      item === null ? null : pythonStr(item),
    ]),
  )
}

function written(value: unknown, options: ParserOptions): string {
  if (!isMap(value))
    throw refused('configparser', `it can only serialize dictionaries, not ${pythonTypeName(value)}`)
  const defaults = new Map(options.defaults)
  const sections = new Map<string, Section>()
  for (const [key, settings] of entriesOf(value)) {
    const name = pythonStr(key)
    if (!isMap(settings)) throw refused('configparser', `section ${name} is not a map`)
    const section = name === options.defaultSection ? defaults : new Map<string, string | null>()
    if (section !== defaults) sections.set(name, section)
    for (const [setting, item] of entriesOf(settings))
      section.set(pythonStr(setting).toLowerCase(), validSetting(item, options))
  }
  const all = defaults.size === 0 ? [...sections] : [[options.defaultSection, defaults] as const, ...sections]
  return all.map(([name, section]) => `[${name}]\n${settingsText(section, options)}\n`).join('')
}

function settingsText(section: Section, { allowsNoValue, delimiters }: ParserOptions): string {
  const lines = [...section].map(([key, item]) => {
    const text =
      item === null && allowsNoValue
        ? ''
        : ` ${delimiters[0] ?? '='} ${String(item ?? 'None').replaceAll('\n', '\n\t')}`
    return `${key}${text}\n`
  })
  return lines.join('')
}

function data(text: string, options: ParserOptions): DataMap {
  const { sections, defaults } = readSections(text, options)
  const shown = [...sections].map(([name, section]) => {
    const settings = new Map([...defaults, ...section])
    const values = [...settings.keys()].map((key) => {
      const raw = settings.get(key) ?? null
      const isRaw = raw === null || !options.interpolates
      return [key, isRaw ? raw : interpolated(key, raw, { section: name, settings })] as const
    })
    return [name, mapOf(values)] as const
  })
  return mapOf(shown)
}
