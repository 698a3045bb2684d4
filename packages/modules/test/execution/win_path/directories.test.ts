// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest'
import {
  normalDirectory,
  pathDirectories,
  withDirectory,
  withoutDirectory,
} from '../../../src/execution/win_path/directories.ts'

const all = ['one', 'two', 'three', 'four']

test.each([
  [undefined, ['one', 'two', 'three', 'four', 'new']],
  [0, ['new', 'one', 'two', 'three', 'four']],
  [2, ['one', 'two', 'new', 'three', 'four']],
  [-1, ['one', 'two', 'three', 'four', 'new']],
  [-2, ['one', 'two', 'three', 'new', 'four']],
  [-9, ['new', 'one', 'two', 'three', 'four']],
  [9, ['one', 'two', 'three', 'four', 'new']],
])('a new directory at %s', (index, expected) => {
  expect(withDirectory(all, 'new', index)).toEqual(expected)
})

test.each([
  [undefined, all],
  [1, all],
  [-3, all],
  [0, ['TWO', 'one', 'three', 'four']],
  [-1, ['one', 'three', 'four', 'TWO']],
])('one that is there moves to %s, and nowhere without an index', (index, expected) => {
  expect(withDirectory(all, 'TWO', index)).toEqual(expected)
})

test('what changes nothing gives the same list', () => {
  expect(withDirectory(all, 'Two', 1)).toBe(all)
  expect(withoutDirectory(all, 'five')).toBe(all)
  expect(withoutDirectory(['a', 'B', 'b'], 'b')).toEqual(['a'])
})

test.each([
  ['C:/a\\b\\..\\', 'C:\\a'],
  ['C:\\', 'C:\\'],
  ['', '.'],
  ['%SystemRoot%', '%SystemRoot%'],
])('%s is written %s', (path, expected) => {
  expect(normalDirectory(path)).toBe(expected)
})

test('empty places of a search path are no directories', () => {
  expect(pathDirectories(';C:\\a;;C:\\b\\;')).toEqual(['C:\\a', 'C:\\b'])
})
