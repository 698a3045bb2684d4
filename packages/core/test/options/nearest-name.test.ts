// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nearestName } from '../../src/options/nearest-name.ts'

describe('nearestName', () => {
  it.each([
    ['timeuot', 'timeout'],
    ['timeot', 'timeout'],
    ['ttimeout', 'timeout'],
    ['auto_acept', 'auto_accept'],
    ['fil_root', 'file_roots'],
    ['something_else', undefined],
    ['x', undefined],
  ])('%s → %s', (name, expected) => {
    expect(nearestName(name, ['auto_accept', 'timeout', 'file_roots'])).toBe(expected)
  })

  it('finds a name again after one slip', () => {
    const word = fc.stringMatching(/^[a-z_]{4,20}$/)
    fc.assert(
      fc.property(word, fc.nat(), fc.constantFrom('drop', 'double', 'swap'), (name, seed, slip) => {
        const at = seed % (name.length - 1)
        const pair = name.slice(at, at + 2)
        const wrong = {
          drop: pair.slice(1),
          double: pair.charAt(0) + pair,
          swap: pair.charAt(1) + pair.charAt(0),
        }[slip]
        expect(nearestName(name.slice(0, at) + wrong + name.slice(at + 2), [name])).toBe(name)
      }),
    )
  })
})
