// SPDX-License-Identifier: Apache-2.0
import { checkExpandedSize, loadJson, parseYaml } from '@halite/core'
import { describe, expect, it } from 'vitest'

function bomb(levels: number, width = 10): string {
  const lines = Array.from({ length: levels }, (_, level) => {
    const items = Array.from({ length: width }, () => (level === 0 ? 'x' : `*a${level - 1}`))
    return `a${level}: &a${level} [${items.join(', ')}]`
  })
  return lines.join('\n')
}

describe('a value that grows when it is written', () => {
  it('is refused at the limit, not after it', () => {
    let value: unknown = 'x'
    for (let level = 0; level < 40; level++) value = [value, value]
    const startMs = performance.now()
    expect(() => checkExpandedSize(value, 'it')).toThrow(
      'it is over the limit of 16777216 bytes or 1000000 values',
    )
    expect(performance.now() - startMs).toBeLessThan(5000)
  })

  it('that leads back to itself is too deep', () => {
    const value: unknown[] = []
    value.push(value)
    expect(() => checkExpandedSize(value, 'it')).toThrow('nested deeper than 64 levels')
  })

  it('is refused in a YAML document, and one that stays small is not', () => {
    expect(() => parseYaml(bomb(9), 'file')).toThrow('file is over the limit')
    expect(() =>
      parseYaml(
        `[${bomb(9)
          .split('\n')
          .join(', ')
          .replaceAll(/a\d: (?=&)/g, '')}]`,
        'file',
      ),
    ).toThrow()
    expect(parseYaml('a: &a [1]\nb: *a\n', 'file')).toEqual({ a: [1], b: [1] })
  })

  it('counts a key like __proto__ as any other, and what is below it', () => {
    const hostile = loadJson('{"a": {"__proto__": ["x", "y"], "constructor": 1}}')
    expect(() => checkExpandedSize(hostile, 'it', { maxValues: 6 })).not.toThrow()
    expect(() => checkExpandedSize(hostile, 'it', { maxValues: 5 })).toThrow('it is over the limit')
  })
})
