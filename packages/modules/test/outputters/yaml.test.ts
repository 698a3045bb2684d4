// SPDX-License-Identifier: Apache-2.0
import { parseYaml } from '@halite/core'
import { describe, expect, it } from 'vitest'
import yaml from '../../src/outputters/yaml.ts'
import { lines, render } from './render.ts'

describe('yaml', () => {
  it('is block style with sorted keys and lists that are not indented', () => {
    expect(render(yaml, { m2: true, m1: { b: [1, { c: null }], a: 'x' } })).toBe(
      lines('m1:', '  a: x', '  b:', '  - 1', '  - c: null', 'm2: true'),
    )
  })

  it('indents by --out-indent', () => {
    expect(render(yaml, { m1: { a: 1 } }, 4)).toBe(lines('m1:', '    a: 1'))
    expect(render(yaml, { m1: { a: 1 } }, 0)).toBe(lines('m1:', '  a: 1'))
  })

  it('quotes text that would read back as something else', () => {
    expect(render(yaml, ['yes', '1.0', 'null', '', 'a: b', '#', 'plain'])).toBe(
      lines("- 'yes'", "- '1.0'", "- 'null'", "- ''", "- 'a: b'", "- '#'", '- plain'),
    )
  })

  it('ends a bare scalar', () => {
    expect(render(yaml, true)).toBe('true\n...')
    expect(render(yaml, 'x')).toBe('x\n...')
    expect(render(yaml, 'yes')).toBe("'yes'")
    expect(render(yaml, [])).toBe('[]')
  })

  it('is in flow style with a negative indentation', () => {
    const data = { m1: { a: ['x', 'a,b', "it's [1]", 'two\nlines', 'yes'], b: {}, c: 1.5 } }
    const text = render(yaml, data, -1)
    expect(text).toBe(
      lines(`{m1: {a: [x, 'a,b', 'it''s [1]', 'two`, '', `        lines', 'yes'], b: {}, c: 1.5}}`),
    )
    expect(parseYaml(text, 'test')).toStrictEqual(data)
  })

  it('folds long lines at 80 columns', () => {
    const text = `${'word '.repeat(17)}end`
    expect(render(yaml, { m1: text })).toBe(lines(`m1: ${'word '.repeat(15)}word`, '  word end'))
  })

  it('shows bytes that are text as text', () => {
    expect(render(yaml, { m1: Buffer.from('text') })).toBe('m1: text')
  })
})
