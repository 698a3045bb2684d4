// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest'
import { unifiedDifference } from '../../../src/execution/file/difference.ts'

const lines = (text: string) => text.split('').map((letter) => `${letter}\n`)
const letters = (before: string, after: string) =>
  unifiedDifference(lines(before), lines(after)).map((line) => line.trimEnd())

describe('unified differences', () => {
  test('equal lines have none', () => expect(letters('abc', 'abc')).toEqual([]))

  test('three equal lines stand around a change', () => {
    expect(letters('abcdefghij', 'abcdeXghij')).toEqual([
      '---',
      '+++',
      '@@ -3,7 +3,7 @@',
      ...[' c', ' d', ' e', '-f', '+X', ' g', ' h', ' i'],
    ])
  })

  test('changes far from one another have groups of their own', () => {
    expect(letters('abcdefghijklm', 'Xbcdefghijkl')).toEqual([
      '---',
      '+++',
      '@@ -1,4 +1,4 @@',
      ...['-a', '+X', ' b', ' c', ' d'],
      '@@ -10,4 +10,3 @@',
      ...[' j', ' k', ' l', '-m'],
    ])
  })

  test('from nothing, and to nothing', () => {
    expect(letters('', 'a')).toEqual(['---', '+++', '@@ -0,0 +1 @@', '+a'])
    expect(letters('ab', '')).toEqual(['---', '+++', '@@ -1,2 +0,0 @@', '-a', '-b'])
  })

  test('names of files', () => {
    const named = unifiedDifference(['a\n'], ['b\n'], { fromFile: 'old', toFile: 'new' })
    expect(named.slice(0, 2)).toEqual(['--- old\n', '+++ new\n'])
  })

  test('a line that is everywhere in a long text is no place to begin at', () => {
    const before = Array.from({ length: 300 }, (_, index) => (index % 2 === 0 ? '\n' : `${index}\n`))
    const after = [...before.slice(0, 150), 'new\n', ...before.slice(150)]
    expect(unifiedDifference(before, after).filter((line) => /^[+-](?!\+\+|--)/.test(line))).toEqual([
      '+new\n',
    ])
  })
})
