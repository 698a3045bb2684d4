// SPDX-License-Identifier: Apache-2.0
import { SaltError } from '../errors.ts'
import { checkExpandedSize } from '../expanded-size.ts'
import { type Composed, compose } from './composer.ts'
import { construct } from './construct.ts'
import { YamlFault } from './fault.ts'
import type { Node } from './node.ts'
import { plainDocument } from './plain.ts'
import { placeOf, yamlProblem } from './problem.ts'

/** A document with the places of its top-level keys. */
export interface YamlDocument {
  readonly value: unknown
  /** Line of each key of a top-level mapping, counted from 1; empty for other documents. */
  readonly lines: ReadonlyMap<string, number>
}

/**
 * The value of one YAML document, by Salt's rules: YAML 1.1 as libyaml reads it, where `y` and `n` are text, `0755` is 755,
 * integers beyond 2^53 are BigInt, timestamps are text, and a key that stands twice is an error.
 * Mappings keep the order and the type of their keys, floats are floats (`5.0`); nothing runs. An empty document is null.
 * Throws `YAML_INVALID`: `source:line:column: problem`, with the same parts in `data`; `VALUE_TOO_LARGE` where aliases make it
 * larger than any message may be.
 */
export function parseYaml(text: string, source: string): unknown {
  return located(text, source, (readable) => dataOf(compose(readable), source))
}

/**
 * The same document with every scalar as the text that stands there, and keys too: for a reader who wants `yes` as it was
 * typed. Undefined for a text that is no YAML.
 */
export function parseYamlTexts(text: string): unknown {
  try {
    const { root, hasAliases } = compose(text)
    return root && construct(root, { hasAliases, textsOnly: true })
  } catch (error) {
    // The caller has read it with its types, and says what is wrong with it.
    if (error instanceof YamlFault) return undefined
    throw error
  }
}

/** As `parseYaml`, with the line of each top-level key, for messages that point at one. */
export function parseYamlDocument(text: string, source: string): YamlDocument {
  const plain = plainDocument(text)
  if (plain !== undefined) return plain
  return located(text, source, (readable) => {
    const composed = compose(readable)
    const lines = topLevelLines(composed.root, readable)
    return { value: dataOf(composed, source), lines }
  })
}

/** What `read` gives; what is wrong with the text becomes an error with its place. */
function located<T>(text: string, source: string, read: (readable: string) => T): T {
  const readable = text.charCodeAt(0) === byteOrderMark ? text.slice(1) : text
  try {
    refuseUnreadable(readable)
    return read(readable)
  } catch (error) {
    if (!(error instanceof YamlFault)) throw error
    const { offset, problem } = yamlProblem(readable, error)
    const { line, column } = placeOf(readable, offset)
    throw new SaltError('YAML_INVALID', `${source}:${line}:${column}: ${problem}`, {
      data: { source, line, column, problem },
    })
  }
}

const byteOrderMark = 0xfeff

/** Control characters, halves of surrogate pairs, and what is no character. */
const unreadable = /[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u

function refuseUnreadable(text: string): void {
  const offset = text.search(unreadable)
  if (offset < 0) return
  const code = text.charCodeAt(offset).toString(16).padStart(4, '0')
  throw new YamlFault(offset, `unacceptable character #x${code}: control characters are not allowed`)
}

function dataOf({ root, hasAliases }: Composed, source: string): unknown {
  if (root === undefined) return null
  const value = construct(root, { hasAliases })
  // Text without an alias cannot grow while it is read.
  if (hasAliases) checkExpandedSize(value, source)
  return value
}

function topLevelLines(root: Node | undefined, text: string): Map<string, number> {
  const lines = new Map<string, number>()
  if (root?.kind !== 'mapping') return lines
  let line = 1
  let seen = 0
  for (const { key } of root.pairs) {
    const { start } = key
    line += placeOf(text.slice(seen, start), start - seen).line - 1
    seen = start
    if (key.kind === 'scalar') lines.set(key.text, line)
  }
  return lines
}
