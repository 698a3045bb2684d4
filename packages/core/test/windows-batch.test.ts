// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest'
import { batchStart } from '../src/windows-batch.ts'

const lineOf = (...argv: string[]) => batchStart(argv)?.argv.at(-1)

test.each([
  [['C:\\a.bat', '-x', '1'], '"C:\\a.bat -x 1"'],
  [['C:\\Program Files\\a.CMD', 'one two'], '"^"C:\\Program^ Files\\a.CMD^" ^"one^ two^""'],
  [['a.bat', '& calc'], '"a.bat ^"^&^ calc^""'],
  [['a.bat', '%PATH%'], '"a.bat ^"^%PATH^%^""'],
  [['a.bat', 'say "hi" \\'], '"a.bat ^"say^ \\^"hi\\^"^ \\\\^""'],
  [['a.bat', ''], '"a.bat ^"^""'],
])('the words %j reach a batch file as they are', (argv, line) => {
  expect(lineOf(...argv)).toBe(line)
})

test.each(['a.bat ', 'a.cmd.', 'a.BaT'])('Windows takes %j for a batch file', (file) => {
  expect(batchStart([file])).toMatchObject({ verbatimArguments: true })
})

test.each(['a.exe', 'a.bat.exe', 'bat', ''])('%j is none', (file) => {
  expect(batchStart([file])).toBeUndefined()
})

test.each(['a\nb', 'a\rb', 'a\0b'])('a word with a line break is refused: %j', (word) => {
  expect(() => batchStart(['a.bat', word])).toThrow('batch file a.bat cannot be given')
})
