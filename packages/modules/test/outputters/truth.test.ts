// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync } from 'node:fs'
import { floatOf, mapOf } from '@halite/core'
import { beforeEach, describe, expect, it } from 'vitest'
import json from '../../src/outputters/json.ts'
import nested from '../../src/outputters/nested.ts'
import newlineValuesOnly from '../../src/outputters/newline-values-only.ts'
import raw from '../../src/outputters/raw.ts'
import txt from '../../src/outputters/txt.ts'
import { render } from './render.ts'

interface Row {
  readonly value: unknown
  readonly nested: string
  readonly json: string
  readonly txt: string
  readonly raw: string
  readonly newline_values_only: string
}

const tablePath = new URL('../../../../../shared/truth/outputters.json', import.meta.url)
const rows: readonly Row[] = existsSync(tablePath) ? JSON.parse(readFileSync(tablePath, 'utf8')) : []

// The yaml column holds errors of the recording: yaml has cases of its own.
describe("Salt's own texts", () => {
  beforeEach((ctx) =>
    ctx.skip(rows.length === 0, 'no ../shared/truth/outputters.json; the other files cover each rule'),
  )

  it('has rows', () => {
    expect(rows.length).toBeGreaterThan(0)
  })

  it.each(rows)('$value', (row) => {
    const data = new Map([['m1', decoded(row.value)]])
    expect({
      nested: render(nested, data),
      json: render(json, data, -1),
      txt: render(txt, data),
      raw: render(raw, data),
      newline_values_only: render(newlineValuesOnly, data),
    }).toStrictEqual({
      nested: row.nested,
      json: row.json,
      txt: row.txt,
      raw: row.raw,
      newline_values_only: row.newline_values_only,
    })
  })
})

/** The table's encoding: `$float` holds the text of a number, `$map` a list of pairs. */
function decoded(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decoded)
  if (typeof value !== 'object' || value === null) return value
  if ('$float' in value) return floatOf(Number(String(value.$float).replace('inf', 'Infinity')))
  if (!('$map' in value) || !Array.isArray(value.$map)) return value
  return mapOf(value.$map.map(([key, part]: [unknown, unknown]) => [decoded(key), decoded(part)] as const))
}
