// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs'
import { loadJson, parseYaml, toPlain } from '@halite/core'
import { describe, expect, test } from 'vitest'
import { dumpYamlText, type YamlLayout } from '../src/yaml-text.ts'

interface Recorded {
  readonly value: unknown
  readonly written: readonly { readonly layout: YamlLayout; readonly text: string }[]
}

/** What PyYAML writes by libyaml, as Salt uses it: long, quoted and folded texts, and some made at random. */
const recorded = toPlain(
  loadJson(readFileSync(new URL('yaml-text.json', import.meta.url), 'utf8')),
) as unknown as Recorded

describe('data is written as PyYAML writes it', () => {
  test.each(recorded.written)('$layout', ({ layout, text }) => {
    expect(dumpYamlText(recorded.value, layout)).toBe(text)
  })

  test.each(recorded.written)('$layout reads back as it was', ({ text }) => {
    expect(parseYaml(text, 'test')).toStrictEqual(recorded.value)
  })

  test('a document that is one plain scalar has an end', () => {
    expect(dumpYamlText('x', { flow: false })).toBe('x\n...\n')
    expect(dumpYamlText("it's: a", { flow: false, explicitStart: true })).toBe("--- 'it''s: a'\n")
    expect(dumpYamlText({ a: 1 }, { flow: true, explicitStart: true })).toBe('--- {a: 1}\n')
  })
})
