// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { floatOf, isMap, isSaltError, mapOf, mapValues, parseYaml } from '@halite/core'
import { beforeEach, describe, expect, it } from 'vitest'

interface Row {
  readonly in: string
  readonly out?: unknown
  readonly error?: string
  readonly line?: number
  readonly column?: number
}

const table = join(import.meta.dirname, '..', '..', '..', '..', '..', 'shared', 'truth', 'yaml.json')
const rows: Row[] = existsSync(table) ? (JSON.parse(readFileSync(table, 'utf8')) as Row[]) : []

describe('YAML as Salt 3007 reads it', () => {
  beforeEach((ctx) =>
    ctx.skip(
      rows.length === 0,
      'no ../shared/truth/yaml.json; yaml.test.ts and documents.test.ts cover each rule',
    ),
  )

  it.each(rows.filter((row) => row.error === undefined))('reads $in', (row) => {
    expect(withLists(parseYaml(row.in, 'test'))).toStrictEqual(decoded(row.out))
  })

  it.each(rows.filter((row) => row.error !== undefined))('refuses $in', (row) => {
    const place = placeOfFailure(row.in)
    // At the end of the text, libyaml points behind the last line and we at its end.
    const atEnd = row.line === row.in.split('\n').length + 1
    expect(place).toEqual(atEnd ? expect.anything() : { line: row.line, column: row.column })
  })

  it('has rows', () => {
    expect(rows.length).toBeGreaterThan(0)
  })
})

function placeOfFailure(text: string): unknown {
  try {
    parseYaml(text, 'test')
  } catch (error) {
    if (!isSaltError(error, 'YAML_INVALID')) throw error
    return { line: error.data?.['line'], column: error.data?.['column'] }
  }
  return undefined
}

/** The table's typed notation as our values. */
function decoded(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decoded)
  if (typeof value !== 'object' || value === null) return value
  const typed = value as Readonly<Record<string, unknown>>
  if (Array.isArray(typed['$map'])) {
    const pairs = typed['$map'] as [unknown, unknown][]
    return mapOf(pairs.map(([key, item]) => [decoded(key), decoded(item)]))
  }
  if (typed['$float'] !== undefined)
    return floatOf(Number(String(typed['$float']).replace('inf', 'Infinity')))
  if (typed['$int'] !== undefined) return BigInt(String(typed['$int']))
  if (typed['$bytes'] !== undefined) return new Uint8Array(Buffer.from(String(typed['$bytes']), 'hex'))
  if (Array.isArray(typed['$set'])) return new Set(typed['$set'])
  return typed
}

/** The table has no tuples. */
function withLists(value: unknown): unknown {
  if (Array.isArray(value)) return Array.from(value, withLists)
  return isMap(value) ? mapValues(value, withLists) : value
}
