// SPDX-License-Identifier: Apache-2.0
import {
  entriesOf,
  isFloat,
  isJid,
  isMap,
  isNumeric,
  isSaltError,
  mapOf,
  parseYaml,
  parseYamlTexts,
  pythonRepr,
  pythonStr,
  SaltError,
} from '@halite/core'
import { keywordMap, writtenNumber, writtenWord } from '@halite/loader'

/** The words behind a function, as Python would see the call. */
export interface Call {
  readonly args: readonly unknown[]
  readonly kwargs: Readonly<Record<string, unknown>>
}

export interface WordOptions {
  /** Keyword arguments whose value stays the text that was typed (`--no-parse`). */
  readonly noParse?: readonly string[]
}

/**
 * What words of a command line mean to Salt: `name=value` is a keyword argument wherever it stands (the last of one
 * name wins), everything else is positional, and each value is read as YAML unless that would lose text.
 */
export function parseWords(words: readonly string[], options: WordOptions = {}): Call {
  const read = readWords(words, options)
  return {
    args: read.filter(({ name }) => name === undefined).map(({ value }) => value),
    kwargs: Object.fromEntries(
      read.flatMap(({ name, value }) => (name === undefined ? [] : [[name, value]])),
    ),
  }
}

/**
 * The same call as it is published: one list, keyword arguments in a map at its end marked `__kwarg__: true`.
 * An integer that is a job id becomes text, and a number whose text would be lost (`5.10`) travels as written.
 */
export function wireArguments(words: readonly string[], options: WordOptions = {}): unknown[] {
  const read = readWords(words, options)
  for (const { name } of read) refuseName(name)
  const wire = read.filter(({ name }) => name === undefined).map((word) => jidAsText(asWritten(word)))
  const keywords = read.flatMap((word) => (word.name === undefined ? [] : [[word.name, asWritten(word)]]))
  return keywords.length === 0 ? wire : [...wire, keywordMap(Object.fromEntries(keywords))]
}

function refuseName(name: string | undefined): void {
  if (name !== '__proto__') return
  throw new SaltError('USAGE', "a keyword argument cannot be named '__proto__'")
}

/** What one word becomes. */
export function parseWord(word: string): unknown {
  const plain = plainValue(word)
  return plain === needsYaml ? yamlValue(word) : plain
}

interface ReadWord {
  /** Of a keyword argument. */
  readonly name: string | undefined
  /** The value as typed. */
  readonly text: string
  readonly value: unknown
}

function readWords(words: readonly string[], { noParse = [] }: WordOptions): ReadWord[] {
  return words.map((word) => {
    const { name, text } = splitKeyword(word)
    const asTyped = name !== undefined && noParse.includes(name)
    return { name, text, value: asTyped ? text : parseWord(text) }
  })
}

/** Made when first used, as it takes a while. */
let keywordPattern: RegExp | undefined

/** As Python's `^([^\d\W][\w.-]*)=(?!=)(.*)$`: its `.` stops at a line feed, its `$` may stand before a last one. */
function splitKeyword(word: string): { name: string | undefined; text: string } {
  if (!word.includes('=')) return { name: undefined, text: word }
  keywordPattern ??= /^([\p{L}\p{Nl}\p{No}_][\p{L}\p{N}_.-]*)=(?!=)([^\n]*)\n?$/u
  const [, name, text] = keywordPattern.exec(word) ?? []
  return { name, text: text ?? word }
}

const needsYaml = Symbol('needs the YAML parser')

/** Words whose meaning is plain, so that most calls never load a YAML parser. */
function plainValue(word: string): unknown {
  const constant = constants.get(word)
  if (constant !== undefined) return constant.value
  if (isKeptAsTyped(word) || plainText.test(word)) return yamlConstant.test(word) ? needsYaml : word
  return plainInteger.test(word) ? Number(word) : needsYaml
}

const constants: ReadonlyMap<string, { value: unknown }> = new Map([
  ['True', { value: true }],
  ['true', { value: true }],
  ['False', { value: false }],
  ['false', { value: false }],
  ['None', { value: null }],
  ['null', { value: null }],
])

const plainInteger = /^(?:0|-?[1-9]\d{0,14})$/
/** A YAML plain scalar that no rule can take for anything but text, apart from `yamlConstant`. */
const plainText = /^[A-Za-z/_](?:[\w./\\@%+=,-]|[: ](?=[\w./\\@%+=,-]))*$/
const yamlConstant = /^(?:yes|no|on|off|true|false|null)$/i

/** Blank words, document marks, digits with underscores, and words that hold a tab or a line break stay text. */
function isKeptAsTyped(word: string): boolean {
  const trimmed = word.trim()
  if (trimmed === '' || trimmed === '---' || trimmed === '...') return true
  return (word.includes('_') && /^[\d_]+$/.test(trimmed)) || /[\t\r\n]/.test(word)
}

function yamlValue(word: string): unknown {
  let value: unknown
  try {
    value = parseYaml(word, 'argument')
  } catch (error) {
    // `%x`, `[` and `"a` are what they look like.
    if (isSaltError(error, 'YAML_INVALID')) return word
    throw error
  }
  return wouldLoseText(word, value) ? word : value
}

/** Whether reading `word` as YAML gave less, or something else, than its author can have meant. */
function wouldLoseText(word: string, value: unknown): boolean {
  if (word.includes('#')) return typeof value === 'string' || value === null
  if (value === null || typeof value === 'boolean' || typeof value === 'bigint') return word === '!'
  if (isNumeric(value)) return false
  if (typeof value === 'string') return word === '|' || word === '!' || isDate(word.trim())
  if (Array.isArray(value)) return !word.startsWith('[')
  return !isMap(value) || !word.startsWith('{')
}

/** Dates have no type on the wire: the word stays as it was typed, blanks included. */
function isDate(text: string): boolean {
  return /^\d{4}-\d\d?-\d\d?(?:$|[Tt\s]+\d)/.test(text)
}

/** The value, or with it the word as typed where Python would write the value in another way. */
function asWritten({ text, value }: ReadWord): unknown {
  if (isContainer(value)) return writtenWord(text, withWrittenWords(value, parseYamlTexts(text)))
  return writtenScalar(text.trim(), value)
}

function writtenScalar(text: string, value: unknown): unknown {
  if (typeof value === 'string' || isJidNumber(value)) return value
  if (isFloat(value)) return writtenDecimal(text, value)
  if (text.includes('.')) return writtenDecimal(text, value)
  return value !== null && pythonStr(value) === text ? value : writtenWord(text, value)
}

/** The same list or map with its scalars as they were typed; `texts` is the word read as text throughout. */
function withWrittenWords(value: unknown, texts: unknown): unknown {
  if (Array.isArray(value)) {
    if (!Array.isArray(texts) || texts.length !== value.length) return value
    return value.map((item, index) => withWrittenWords(item, texts[index]))
  }
  if (!isMap(value)) return typeof texts === 'string' ? writtenScalar(texts, value) : value
  const typed = isMap(texts) ? entriesOf(texts) : []
  const entries = entriesOf(value)
  // A merge key is gone from one of them: then it is unknown which text belongs to which value.
  if (typed.length !== entries.length) return value
  return mapOf(entries.map(([key, part], index) => [key, withWrittenWords(part, typed[index]?.[1])]))
}

function isContainer(value: unknown): boolean {
  return Array.isArray(value) || isMap(value)
}

/** The number, or its text where Python would write it in another way. */
function writtenDecimal(text: string, value: unknown): unknown {
  const isDecimal = isFloat(value) && text.includes('.') && Number(text) === Number(value)
  return isDecimal && pythonRepr(value) !== text ? writtenNumber(text) : value
}

function jidAsText(value: unknown): unknown {
  return isJidNumber(value) ? String(value) : value
}

function isJidNumber(value: unknown): value is bigint {
  return typeof value === 'bigint' && isJid(String(value))
}
