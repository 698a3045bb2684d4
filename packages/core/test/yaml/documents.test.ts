// SPDX-License-Identifier: Apache-2.0
import { floatOf, isSaltError, mapOf, parseYaml } from '@halite/core'
import { describe, expect, it } from 'vitest'

/** The value, or the place and libyaml's words for what is wrong. */
function read(text: string): unknown {
  try {
    return parseYaml(text, 'f')
  } catch (error) {
    if (isSaltError(error, 'YAML_INVALID')) return error.message
    throw error
  }
}

const floats = (...values: readonly number[]) => values.map(floatOf)
const nothing = mapOf([[null, null]])

/** What libyaml does that other readers do not. */
describe('documents as libyaml reads them', () => {
  it.each([
    ['an indentation indicator at the root', '|2\n   two\n  x', ' two\nx'],
    ['one that counts from the collection around', 'a:\n - |1\n   x', { a: [' x'] }],
    ['longer empty lines in front of a block', 'a: |\n   \n  x', 'f:3:3: did not find expected key'],
    ['blanks behind the last line', 'a: |+\n  x\n \n', { a: 'x\n\n' }],
    ['a block of nothing', 'a: |\nb: >-\n', { a: '', b: '' }],
    ['folding around lines that stand deeper', '>\n a\n  b\n\n c\n d\n', 'a\n b\n\nc d\n'],
    ['a tab behind a dash', '-\ta', 'f:1:2: found character that cannot start any token'],
    ['a blank and a tab behind a dash', '- a\t\n', ['a']],
    ['a tab behind a colon', 'a:\tb', { a: 'b' }],
    ['a tab in front of a comment', 'a: 1\t# c\n', { a: 1 }],
    ['a line with nothing but a tab, in brackets', '[a,\n\t\nb]', ['a', 'b']],
    ['an empty key in brackets', '{: a}', 'f:1:2: did not find expected node content'],
    ['an empty key that is told', '{? : a}', mapOf([[null, 'a']])],
    ['a key without a value', '{a, b: }', { a: null, b: null }],
    ['an empty pair in a list', '[?]', [nothing]],
    ['a value that an empty key swallows', '[? : a]', "f:1:6: did not find expected ',' or ']'"],
    ['a question mark in brackets', '[a?b, ?c, d?]', ['a?b', { c: null }, 'd?']],
    ['a colon behind quotes', '{"a":1}', { a: 1 }],
    ['a colon without a blank', '{a:1}', { 'a:1': null }],
    ['a comma behind a colon', '[a:,b]', "f:1:3: found unexpected ':'"],
    ['a comma in front', '[,a]', 'f:1:2: did not find expected node content'],
    ['a comma at the end', '[a,]', ['a']],
    ['the separator of lines', 'a: b\u2028c: d', { a: 'b', c: 'd' }],
    ['the separator of paragraphs, folded', 'a\u2029 b', 'a\u2029b'],
    ['NEL', 'a: 1\u0085b: 2', { a: 1, b: 2 }],
    ['a lone carriage return', 'a: 1\rb: 2', { a: 1, b: 2 }],
    ['a byte order mark in front', '\ufeffa: 1\nb: 2', { a: 1, b: 2 }],
    ['a byte order mark inside', 'a: 1\ufeff', { a: '1\ufeff' }],
    ['an anchor that is given twice', 'a: &x 1\nb: &x 2', 'f:2:4: second occurrence'],
    ['a map that is part of itself', '&a {b: *a}', 'f:1:1: found unconstructable recursive node'],
    ['a second document', 'a\n---\nb', 'f:2:1: but found another document'],
    ['a document that ends', 'a: 1\n...\n', { a: 1 }],
    ['a document behind the end of one', 'a: 1\n...\nb: 2', 'f:3:1: did not find expected <document start>'],
    ['nothing but an end', '...\n', 'f:1:1: did not find expected node content'],
    ['a directive that nobody knows', '%FOO\n--- a', 'f:1:5: found unknown directive name'],
    ['a version that nobody knows', '%YAML 1.3\n--- a', 'f:1:1: found incompatible YAML document'],
    ['a handle', '%TAG !e! tag:yaml.org,2002:\n--- !e!str 5', '5'],
    ['a handle that nothing names', '!e!x 5', 'f:1:1: found undefined tag handle'],
    ['a tag with escapes', '!<tag:yaml.org,2002:%73tr> 5', '5'],
    ['the tag that says nothing, at quotes', "! '5'", 5],
    ['a list with the tag of a map', '!!map [a]', 'f:1:1: expected a mapping node, but found sequence'],
    ['a map with the tag of text', '!!str {=: x}', 'x'],
    ['pairs that are none', '!!omap [a]', 'f:1:9: expected a mapping of length 1, but found scalar'],
    [
      'a merge of nothing',
      'a: 1\n<<: x',
      'f:2:5: expected a mapping or list of mappings for merging, but found scalar',
    ],
    ['an integer without a digit', 'a: 0x_', "f:1:4: invalid literal for int() with base 16: ''"],
    ['a zero without a digit', 'a: 0_', "f:1:4: invalid literal for int() with base 10: ''"],
    ['a zero before an underscore', '[0_7, 00_0, -0_]', [7, 0, 0]],
    ['an integer by its tag', '[!!int 0_8, !!int -0o17, !!int 99:-1, !!int +0x_1f]', [8, -15, 5939, 31]],
    ['a tag of integers at text', '!!int 0o7', "f:1:1: invalid literal for int() with base 10: '0o7'"],
    ['a float by its tag', '[!!float 1:30, !!float +-1_0, !!float 99:.5]', floats(90, -10, 5940.5)],
    ['a tag of floats at a point', '!!float .', "f:1:1: could not convert string to float: '.'"],
    ['base 64 that is cut off', '!!binary aGk', 'f:1:1: failed to decode base64 data: Incorrect padding'],
    ['base 64 with more behind its end', '!!binary aGk= aGk=', new Uint8Array([0x68, 0x69])],
    ['an escape that JSON has', '"\\/"', '/'],
    ['a line that goes on', '"a \\\n  b"', 'a b'],
    ['quotes across an empty line', "'a\n\n b'", 'a\nb'],
    ['a mark of a document in quotes', '"a\n---\nb"', 'f:2:1: found unexpected document indicator'],
    ['half a surrogate pair', '"\\ud800"', 'f:1:4: found invalid Unicode character escape code'],
    ['a key of two lines', 'a\n b: 1', 'f:2:3: mapping values are not allowed in this context'],
    [
      'a key that is too long',
      `${'k'.repeat(1025)}: 1`,
      'f:1:1026: mapping values are not allowed in this context',
    ],
    ['a key that is long', `${'k'.repeat(1000)}: 1`, { ['k'.repeat(1000)]: 1 }],
    ['a list in brackets as deep as its key', 'a:\n[b]', "f:3:1: could not find expected ':'"],
  ])('%s', (_, text, wanted) => {
    const value = read(text)
    if (typeof wanted === 'string' && wanted.startsWith('f:'))
      expect(value).toEqual(
        expect.stringMatching(new RegExp(`^${wanted.replace(/[[\]{}()*+?.\\^$|]/g, '\\$&')}(?:: |$)`)),
      )
    else expect(value).toStrictEqual(wanted)
  })

  it('reports of several mistakes the one that stands less deep', () => {
    expect(read('x: {a: 1, a: 2}\nx: 1')).toBe("f:2:1: found conflicting ID 'x'")
    expect(read('x: !no 1\ny: @')).toContain('f:2:4: found character that cannot start any token')
  })

  it('refuses more than a thousand levels', () => {
    expect(read('['.repeat(1001))).toBe('f:1:1001: exceeded maximum nesting depth')
    expect(read('- '.repeat(1001))).toBe('f:1:1999: exceeded maximum nesting depth')
  })
})
