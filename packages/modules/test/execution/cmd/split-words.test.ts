// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest'
import { splitWords } from '../../../src/execution/cmd/split-words.ts'

describe('splitWords', () => {
  test.each([
    ['', []],
    ['  \t\n ', []],
    ['a', ['a']],
    ['a  b\tc\nd', ['a', 'b', 'c', 'd']],
    ["'a b' c", ['a b', 'c']],
    ['"a b" c', ['a b', 'c']],
    ["a'b c'd", ['ab cd']],
    ["''", ['']],
    ['"" a', ['', 'a']],
    ['"a \\" \\\\ \\n $x"', ['a " \\ \\n $x']],
    ["'a \\ b'", ['a \\ b']],
    ['a\\ b \\" \\\\', ['a b', '"', '\\']],
    ['"it\'s"', ["it's"]],
    ['a#b # c', ['a#b', '#', 'c']],
    ['--x="y z"', ['--x=y z']],
    ['$HOME | cat > x; é', ['$HOME', '|', 'cat', '>', 'x;', 'é']],
  ])('%j', (line, words) => {
    expect(splitWords(line)).toEqual(words)
  })

  test.each([
    ['"a', 'No closing quotation'],
    ["a 'b", 'No closing quotation'],
    ['"a\\"', 'No closing quotation'],
    ['a \\', 'No escaped character'],
  ])('refuses %j', (line, message) => {
    expect(() => splitWords(line)).toThrow(expect.objectContaining({ code: 'COMMAND_FAILED', message }))
  })
})
