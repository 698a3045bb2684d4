// SPDX-License-Identifier: Apache-2.0
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  removeTemporaryDirectories,
  removeTemporaryDirectory,
  temporaryDirectory,
} from '../src/temporary-directory.ts'

test('what a test file leaves, or something made again after it was removed, is removed behind it', () => {
  const left = temporaryDirectory('left')
  writeFileSync(join(left, 'file'), '')
  const again = temporaryDirectory('again')
  removeTemporaryDirectory(again)
  expect(existsSync(again)).toBe(false)
  mkdirSync(join(again, 'minions'), { recursive: true })

  removeTemporaryDirectories()
  expect(existsSync(left)).toBe(false)
  expect(existsSync(again)).toBe(false)
})

test('a directory that was not made here is left alone', () => {
  const other = join(temporaryDirectory('other'), 'within')
  mkdirSync(other)
  removeTemporaryDirectory(other)
  expect(existsSync(other)).toBe(true)
})
