// SPDX-License-Identifier: Apache-2.0
import { quoteArgument } from '@halite/winrepo'
import { expect, test } from 'vitest'
import { splitWindowsWords } from '../../../src/execution/cmd/windows-words.ts'

test.each([
  ['', []],
  ['  a  b\tc ', ['a', 'b', 'c']],
  ['C:\\Windows\\notepad.exe C:\\a.txt', ['C:\\Windows\\notepad.exe', 'C:\\a.txt']],
  ['"C:\\Program Files\\x.exe" /S', ['C:\\Program Files\\x.exe', '/S']],
  ['a"b c"d', ['ab cd']],
  ['"a\\\\" b', ['a\\', 'b']],
  ['a\\\\"b c"', ['a\\b c']],
  ['\\"a b\\"', ['"a', 'b"']],
  ['"a ""b"" c"', ['a "b" c']],
  ['"open to the end', ['open to the end']],
  ['"" x', ['', 'x']],
  ["it's", ["it's"]],
])('%j has the words %j', (line, words) => {
  expect(splitWindowsWords(line)).toEqual(words)
})

test.each(['', 'a b', 'C:\\a b\\', 'say "hi"', '\\\\"', '\\\\server\\share'])(
  '%j survives quoting',
  (word) => {
    expect(splitWindowsWords(`x ${quoteArgument(word)} y`)).toEqual(['x', word, 'y'])
  },
)
