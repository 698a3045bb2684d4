// SPDX-License-Identifier: Apache-2.0
import { Float, mapOf } from '@halite/core'
import { describe, expect, it } from 'vitest'
import nested from '../../src/outputters/nested.ts'
import { lines, render, renderInColor } from './render.ts'

describe('nested', () => {
  it.each([
    [true, 'True'],
    [null, 'None'],
    [5, '5'],
    [1.5, '1.5'],
    [1e20, '1e+20'],
    [2n ** 70n, '1180591620717411303424'],
    ['text', 'text'],
    ["'quoted'", "'quoted'"],
    [Buffer.from('bytes'), 'bytes'],
    [Buffer.from([0xff]), "b'\\xff'"],
  ])('shows a scalar below its id', (value, text) => {
    expect(render(nested, { m1: value })).toBe(`m1:\n    ${text}`)
  })

  it.each([[''], [[]]])('shows nothing below the id for %j', (value) => {
    expect(render(nested, { m1: value })).toBe('m1:')
  })

  it('draws a rule above the keys of an inner map, even of an empty one', () => {
    expect(render(nested, { m1: { a: 1 } })).toBe(lines('m1:', '    ----------', '    a:', '        1'))
    expect(render(nested, { m1: {} })).toBe(lines('m1:', '    ----------'))
  })

  it('sorts numbers by size, text by code point, and both together as text', () => {
    const map = (...keys: unknown[]) => mapOf(keys.map((key) => [key, '']))
    expect(render(nested, map(10, 9, new Float(9.5), true))).toBe(lines('True:', '9:', '9.5:', '10:'))
    const texts = ['z', 'B', 'a', 'é', '\u{1f642}', '\uff01']
    expect(render(nested, map(...texts))).toBe(lines('B:', 'a:', 'z:', 'é:', '\uff01:', '\u{1f642}:'))
    expect(render(nested, map('B', 9, 10, null))).toBe(lines('10:', '9:', 'B:', 'None:'))
  })

  it('marks elements of a list, and lists and maps inside it', () => {
    const value = ['a', ['b', ['c']], { d: [1] }, []]
    expect(render(nested, { m1: value })).toBe(
      lines(
        'm1:',
        '    - a',
        '    |_',
        '      - b',
        '      |_',
        '        - c',
        '    |_',
        '      ----------',
        '      d:',
        '          - 1',
        '    |_',
      ),
    )
  })

  it('indents every line of a text, whatever ends it', () => {
    expect(render(nested, { m1: 'a\nb\r\nc\u2028d\n' })).toBe(
      lines('m1:', '    a', '    b', '    c', '    d'),
    )
    expect(render(nested, { m1: ['a\nb'] })).toBe(lines('m1:', '    - a', '      b'))
    expect(render(nested, { m1: 'a\n\nb' })).toBe(lines('m1:', '    a', '    ', '    b'))
  })

  it('shows a return that is no map', () => {
    expect(render(nested, ['m1', 'm2'])).toBe(lines('- m1', '- m2'))
    expect(render(nested, true)).toBe('True')
    expect(render(nested, { up: ['m1'], down: [] })).toBe(lines('down:', 'up:', '    - m1'))
  })

  it('lets no minion steer the terminal', () => {
    expect(render(nested, { m1: { '\u001b[2Jk': '\u001b]0;title' } })).not.toContain('\u001b')
  })

  it('shows an object that guards its contents as it wants to be shown', () => {
    expect(render(nested, { m1: { toJSON: () => '***' } })).toBe(lines('m1:', '    ***'))
  })
})

describe('nested in colour', () => {
  it('has keys in cyan, text in green, other scalars in bold yellow', () => {
    expect(renderInColor(nested, { m1: { a: 'x', b: [1, []] } })).toBe(
      lines(
        '<0;36>m1<>:',
        '    <0;36>----------<>',
        '    <0;36>a<>:',
        '        <0;32>x<>',
        '    <0;36>b<>:',
        '        <0;1;33>- 1<>',
        '        <0;32>|_<>',
      ),
    )
  })

  it('has keys and marks in red when the function failed', () => {
    expect(renderInColor(nested, { m1: [['x']] }, { retcode: 1 })).toBe(
      lines('<0;31>m1<>:', '    <0;31>|_<>', '      <0;32>- x<>'),
    )
  })
})
