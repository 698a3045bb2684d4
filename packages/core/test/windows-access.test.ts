// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest'
import { closeToOthers, closingWords } from '../src/windows-access.ts'

test.each(['C:\\salt\\conf\\pki\\minion', 'C:\\a b & c\\%x%'])('%s is for administrators', (path) => {
  expect(closingWords(path)).toEqual([
    ...['icacls', path, '/inheritance:r'],
    ...['/grant:r', '*S-1-5-18:(OI)(CI)F'],
    ...['/grant:r', '*S-1-5-32-544:(OI)(CI)F'],
    ...['/grant:r', '*S-1-3-4:(OI)(CI)F', '/Q'],
  ])
})

test('the words are run, and nothing is said when that works', () => {
  const started: (readonly string[])[] = []
  closeToOthers('C:\\x', (argv) => {
    started.push(argv)
    return { status: 0, output: 'Successfully processed 1 files' }
  })
  expect(started).toEqual([closingWords('C:\\x')])
})

test.each([
  [5, 'Access is denied.', 'ended with 5: Access is denied.'],
  [null, '', 'cannot be started'],
])('a directory that stays open to others is an error (%s)', (status, output, text) => {
  expect(() => closeToOthers('C:\\x', () => ({ status, output }))).toThrow(text)
})
