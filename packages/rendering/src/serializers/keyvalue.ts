// SPDX-License-Identifier: Apache-2.0
import { type DataMap, entriesOf, isMap, isTruthy, mapOf, pythonStr } from '@halite/core'
import { refused } from './refused.ts'
import type { Serializer, SerializerOptions } from './serializer.ts'

/** Lines of `key=value`, as in files of environment variables. */
export const keyvalue: Serializer = {
  options: ['separator', 'line_ending', 'quoting'],
  readOptions: ['separator', 'quoting'],
  serialize: written,
  deserialize: read,
}

/** A map or a list of pairs; with `quoting`, values are quoted for a shell. */
function written(value: unknown, options: SerializerOptions): string {
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

/** A map of texts; with `quoting` false, values lose the quotes around them. */
function read(content: string, { separator = '=', quoting }: SerializerOptions): DataMap {
  const between = pythonStr(separator)
  if (between === '') throw refused('keyvalue', 'the separator is empty')
  const map = new Map<string, string>()
  for (const [index, line] of content
    .replace(/\r?\n$/, '')
    .split(/\r?\n/)
    .entries()) {
    const at = line.indexOf(between)
    if (content === '') break
    if (at < 0) throw refused('keyvalue', `line ${index + 1} has no separator ${between}`)
    const value = line.slice(at + between.length)
    map.set(line.slice(0, at), quoting === false ? withoutQuotes(value) : value)
  }
  return mapOf(map)
}

function withoutQuotes(text: string): string {
  return /^(["'])(?:.*\1)?$/s.test(text) ? text.slice(1, -1) : text
}
