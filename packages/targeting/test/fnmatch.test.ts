// SPDX-License-Identifier: Apache-2.0
import { compileGlob, fnmatch } from '@halite/targeting'
import { describe, expect, it } from 'vitest'

describe('shell patterns', () => {
  it.each([
    ['web1', 'web1'],
    ['*', ''],
    ['**', 'x'],
    ['w*', 'web1'],
    ['*1', 'web1'],
    ['w*b*1', 'web1'],
    ['web?', 'web1'],
    ['?', '😀'],
    ['web[12]', 'web2'],
    ['web[0-9]', 'web7'],
    ['web[!0-9]', 'webx'],
    ['[]]', ']'],
    ['[!]]', 'a'],
    ['[a-]', '-'],
    ['[--0]', '.'],
    ['[a-c-e]', '-'],
    ['[^a]', '^'],
    ['[!b-a]', 'x'],
    ['[[]', '['],
    ['[ab', '[ab'],
    ['a\\*', 'a\\b'],
    ['{a,b}', '{a,b}'],
    ['*', 'two\nlines'],
    ['é[à-ü]', 'éö'],
  ])('%j selects %j', (pattern, text) => {
    expect(fnmatch(text, pattern)).toBe(true)
  })

  it.each([
    ['', 'x'],
    ['web1', 'web10'],
    ['web1', 'WEB1'],
    ['web?', 'web'],
    ['web?', 'web10'],
    ['??', '😀'],
    ['web[12]', 'web3'],
    ['web[!0-9]', 'web7'],
    ['[b-a]', 'a'],
    ['[a-c-e]', 'd'],
    ['[^a]', 'b'],
    ['{web,db}*', 'web1'],
    ['*a', 'ab'],
    ['a*b*c', 'acb'],
  ])('%j does not select %j', (pattern, text) => {
    expect(fnmatch(text, pattern)).toBe(false)
  })

  it('compiles once for many texts', () => {
    const matches = compileGlob('web*.example.com')
    expect(['web1.example.com', 'web1.example.org', 'db1.example.com'].map(matches)).toEqual([
      true,
      false,
      false,
    ])
  })
})
