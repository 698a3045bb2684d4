// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest'
import newlineValuesOnly from '../../src/outputters/newline-values-only.ts'
import noOut from '../../src/outputters/no-out.ts'
import quiet from '../../src/outputters/quiet.ts'
import raw from '../../src/outputters/raw.ts'
import txt from '../../src/outputters/txt.ts'
import { lines, render } from './render.ts'

describe('txt', () => {
  it('puts the id before every line of a text', () => {
    expect(render(txt, { m1: 'a\n\nb\n', m2: 'c' })).toBe(lines('m1: a', 'm1: ', 'm1: b', 'm2: c'))
  })

  it('has no line for an empty text', () => {
    expect(render(txt, { m1: '', m2: 'c' })).toBe('m2: c')
  })

  it.each([
    [null, 'm1: None'],
    [[1, 'a'], "m1: [1, 'a']"],
    [{ b: 1, a: 'x\ny' }, "m1: {'b': 1, 'a': 'x\\ny'}"],
  ])('writes other values as Python does: %j', (value, text) => {
    expect(render(txt, { m1: value })).toBe(text)
  })

  it('shows a return that is no map', () => {
    expect(render(txt, 'a\nb')).toBe('a\nb')
    expect(render(txt, ['m1', 'm2'])).toBe("['m1', 'm2']")
  })
})

describe('raw', () => {
  it('writes a Python literal, keys in their order', () => {
    expect(render(raw, { m2: true, m1: "it's" })).toBe(`{'m2': True, 'm1': "it's"}`)
    expect(render(raw, 'text')).toBe('text')
  })
})

describe('newline_values_only', () => {
  it.each([
    [{ m1: 'a\nb', m2: 5 }, 'a\nb\n5'],
    [{ m1: ['10.0.0.1', '::1'], m2: ['::2'] }, '10.0.0.1\n::1\n::2'],
    [{ m1: [['a']], m2: { b: 1 } }, "['a']\n{'b': 1}"],
    [{ m1: [], m2: null }, 'None'],
    [['a', 'b'], 'a\nb'],
    [true, 'True'],
  ])('shows %j without ids', (data, text) => {
    expect(render(newlineValuesOnly, data)).toBe(text)
  })
})

describe.each([quiet, noOut])('$name', (outputter) => {
  it('is empty', () => {
    expect(render(outputter, { m1: true })).toBe('')
  })
})
