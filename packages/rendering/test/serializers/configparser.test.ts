// SPDX-License-Identifier: Apache-2.0
import { toPlain } from '@halite/core'
import { serializers } from '@halite/rendering/serializers'
import { expect, test } from 'vitest'

const format = serializers.get('configparser')
const write = (value: unknown, options = {}) => format?.serialize(value, options)
const read = (text: string, options = {}) => toPlain(format?.deserialize?.(text, options))

test('sections are written as Python writes them, defaults first', () => {
  const written = write({ b: { Z: 1 }, DEFAULT: { q: 'two\nlines' } }, { defaults: { y: 1 } })
  expect(written).toBe('[DEFAULT]\ny = 1\nq = two\n\tlines\n\n[b]\nz = 1\n\n')
})

test('defaults belong to every section, and values name others', () => {
  const text = '[foo]\nbar = %(x)s and %%\n# note\nlong = a\n  b\n\n  c\nColon: d\n'
  expect(read(text, { defaults: { x: 'baz', y: '1' } })).toEqual({
    foo: { x: 'baz', y: '1', bar: 'baz and %', long: 'a\nb\n\nc', colon: 'd' },
  })
  expect(read('[a]\nb = %(c)s\n', { interpolation: null })).toEqual({ a: { b: '%(c)s' } })
})

test.each([
  ['x = 1', 'File contains no section headers'],
  ['[a]\n[a]', "section 'a' already exists"],
  ['[a]\nb=1\nB=2', "option 'b' in section 'a' already exists"],
  ['[a]\njust text', 'parsing errors: line 2'],
  ['[a]\nb = %(c)s', "interpolation key 'c'"],
  ['[a]\nb = 5%', "'%' must be followed by"],
  ['[a]\nb = %(b)s', 'name each other'],
])('%j is refused', (text, problem) => {
  expect(() => read(text)).toThrow(problem)
})

test('values that name each other again and again end with an error, not with the memory', () => {
  const lines = Array.from({ length: 9 }, (_, i) => `v${i + 1} = ${`%(v${i})s`.repeat(20)}`)
  const text = `[a]\nv0 = ${'x'.repeat(100)}\n${lines.join('\n')}\n`
  expect(() => read(text)).toThrow('longer than 1048576 characters')
})

test('what cannot be read again is not written', () => {
  expect(() => write({ a: { b: '100%' } })).toThrow('invalid interpolation syntax')
  expect(() => write({ a: { b: null } })).toThrow('option values must be strings')
  expect(write({ a: { b: null } }, { allow_no_value: true })).toBe('[a]\nb\n\n')
})
