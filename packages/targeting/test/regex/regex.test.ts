// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs'
import { parseYaml } from '@halite/core'
import { Regex, readReplacement, substitute } from '@halite/targeting'
import { describe, expect, test } from 'vitest'

interface PythonCase {
  readonly pattern: string
  readonly flags: number
  readonly bytes: boolean
  readonly text: string
  readonly refused?: boolean
  readonly matches?: readonly (readonly [number, number, readonly (string | null)[]])[]
  readonly start?: number | null
  readonly replacement?: string
  readonly replaced?: readonly [string, number] | null
}

const cases = parseYaml(
  readFileSync(new URL('python.yaml', import.meta.url), 'utf8'),
  'python.yaml',
) as readonly PythonCase[]

function compiled({ pattern, flags, bytes }: PythonCase): Regex {
  return new Regex(pattern, {
    ignoreCase: (flags & 2) > 0,
    multiline: (flags & 8) > 0,
    dotAll: (flags & 16) > 0,
    alphabet: bytes ? 'bytes' : 'unicode',
  })
}

describe("patterns of Python's re", () => {
  test.each(cases.map((one) => [`${one.pattern} on ${JSON.stringify(one.text)}`, one] as const))(
    '%s',
    (_name, one) => {
      if (one.refused) {
        expect(() => compiled(one)).toThrow(expect.objectContaining({ code: 'ARGUMENTS_INVALID' }))
        return
      }
      const regex = compiled(one)
      const found = [...regex.all(one.text)].map(({ start, end, groups }) => [
        start,
        end,
        groups.slice(1).map((group) => group ?? null),
      ])
      expect(found).toEqual(one.matches)
      expect(regex.test(one.text)).toBe(found.length > 0)
      expect(regex.atStart(one.text)?.end ?? null).toBe(one.start)
      const replaced = () => {
        const { text, count } = substitute(regex, one.text, {
          replacement: readReplacement(one.replacement ?? '', regex),
        })
        return [text, count]
      }
      if (one.replaced === null)
        expect(replaced).toThrow(expect.objectContaining({ code: 'ARGUMENTS_INVALID' }))
      else expect(replaced()).toEqual(one.replaced)
    },
  )
})

describe('patterns that would take for ever', () => {
  test('run in linear time', () => {
    const regex = new Regex('^(a+)+$', { multiline: true })
    expect(regex.test(`${'a'.repeat(50_000)}b`)).toBe(false)
  })

  test('and are not taken at any length', () => {
    expect(() => new Regex('a'.repeat(70_000))).toThrow(/longer than/)
    expect(() => new Regex('('.repeat(200))).toThrow(/deeper than/)
  })
})

test('only the first matches are replaced when a number is given', () => {
  const regex = new Regex('a')
  expect(substitute(regex, 'aaaa', { replacement: readReplacement('b', regex), count: 2 })).toEqual({
    text: 'bbaa',
    count: 2,
  })
})

describe('patterns that backtrack for ever', () => {
  const endless = `${'a'.repeat(60)}!`
  const slow = /was looked for longer than 0.2 s in a text of 61 characters/

  test.each(['^(?=(a+)+$)b', '(a|aa)+$(?!x)\\b', '(a*)*\\1b'])('%s ends with the reason', (pattern) => {
    const regex = new Regex(pattern, { backtrackMs: 200 })
    expect(() => regex.test(endless)).toThrow(slow)
    expect(() => regex.atStart(endless)).toThrow(slow)
    expect(() => substitute(regex, endless, { replacement: [''] })).toThrow(slow)
  })

  test('all searches of one share its time', () => {
    const regex = new Regex('^(?=(a+)+$)b', { backtrackMs: 200 })
    const begin = performance.now()
    for (let line = 0; line < 100; line++) expect(() => regex.test(endless)).toThrow(slow)
    expect(performance.now() - begin).toBeLessThan(5000)
  })

  test('many matches of one that does not are found, each once', () => {
    const regex = new Regex('(?=b)b')
    expect([...regex.all('ab'.repeat(5000))].map(({ start }) => start)).toEqual(
      Array.from({ length: 5000 }, (_, index) => 2 * index + 1),
    )
    expect([...regex.all('b')]).toHaveLength(1)
    expect([...new Regex('(?=a)').all('aaaaaaaaaaaaaaaaaaaaaaaa')]).toHaveLength(24)
  })
})
