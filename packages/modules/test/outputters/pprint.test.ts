// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest'
import pprint from '../../src/outputters/pprint.ts'
import { lines, render } from './render.ts'

describe('pprint', () => {
  it('is one line where it fits, keys sorted at every level', () => {
    expect(render(pprint, { m1: { b: [1, { d: null, c: true }], a: 'x' } })).toBe(
      "{'m1': {'a': 'x', 'b': [1, {'c': True, 'd': None}]}}",
    )
  })

  it('puts elements below one another where it does not', () => {
    const path = '/usr/lib/python3/dist-packages/some/package'
    expect(render(pprint, { m1: [path, path, 1], m2: {} })).toBe(
      lines(`{'m1': ['${path}',`, `        '${path}',`, '        1],', " 'm2': {}}"),
    )
  })

  it('adds --out-indent at every level', () => {
    const path = '/usr/lib/python3/dist-packages/some/package'
    expect(render(pprint, { m1: [path, path] }, 4)).toBe(
      lines(`{   'm1': [   '${path}',`, `              '${path}']}`),
    )
  })

  it('breaks a long text behind its blanks and at its lines', () => {
    const text = 'The quick brown fox jumps over the lazy dog and runs away.\nThen it comes back again.'
    expect(render(pprint, { m1: text })).toBe(
      lines(
        "{'m1': 'The quick brown fox jumps over the lazy dog and runs away.\\n'",
        "       'Then it comes back again.'}",
      ),
    )
    expect(render(pprint, { m1: 'word '.repeat(18) })).toBe(
      lines(`{'m1': '${'word '.repeat(14)}'`, `       '${'word '.repeat(4)}'}`),
    )
  })

  it('puts a long text alone into parentheses, and leaves a long word whole', () => {
    expect(render(pprint, 'word '.repeat(18))).toBe(
      lines(`('${'word '.repeat(15)}'`, ` '${'word '.repeat(3)}')`),
    )
    expect(render(pprint, 'x'.repeat(100))).toBe(`'${'x'.repeat(100)}'`)
  })

  it('counts characters, not their halves', () => {
    const smile = '\u{1f642}'.repeat(70)
    expect(render(pprint, [smile, 1])).toBe(`['${smile}', 1]`)
  })
})
