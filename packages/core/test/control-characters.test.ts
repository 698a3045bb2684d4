// SPDX-License-Identifier: Apache-2.0
import { withJsonControls, withVisibleControls } from '@halite/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

describe('control characters', () => {
  it.each([
    ['\u001b[2J', '\\x1b[2J'],
    ['\u001b]0;title\u0007', '\\x1b]0;title\\x07'],
    ['\u009b31m', '\\x9b31m'],
    ['back\u0008space\u007f', 'back\\x08space\\x7f'],
    ['new\rline', 'new\\x0dline'],
    ['abc\u202ecba', 'abc\\u202ecba'],
    ['\u2066x\u2069', '\\u2066x\\u2069'],
    ['\u200e\u200f\u061c', '\\u200e\\u200f\\u061c'],
    ['two\u2028lines', 'two\\u2028lines'],
    ['tab\tand\nline', 'tab\tand\nline'],
    ['né ü 漢字 👩‍💻', 'né ü 漢字 👩‍💻'],
  ])('%j is written %s', (text, shown) => {
    expect(withVisibleControls(text)).toBe(shown)
  })

  it('leave no trace in any text, and written twice are written once', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const shown = withVisibleControls(text)
        expect(shown).not.toMatch(/(?![\t\n])[\p{Cc}\u202a-\u202e\u2066-\u2069]/u)
        expect(withVisibleControls(shown)).toBe(shown)
      }),
    )
  })

  it('read back from JSON as they were', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const json = withJsonControls(JSON.stringify(text))
        expect(JSON.parse(json)).toBe(text)
        expect(json).not.toMatch(/[\p{Cc}\u202a-\u202e]/u)
      }),
    )
  })
})
