// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { compareVersions, newestVersion, newestVersionsFirst, sortedVersions } from '@halite/winrepo'
import { expect, test } from 'vitest'

const table = join(import.meta.dirname, '../../../../shared/truth/versions.json')

test('a thousand comparisons are as Salt makes them', (context) => {
  context.skip(!existsSync(table), 'no ../shared/truth; the rows below cover each rule')
  const rows = JSON.parse(readFileSync(table, 'utf8')) as Record<string, string | boolean>[]
  const wrong = rows.flatMap(({ a, b, ...answers }) =>
    Object.entries(answers)
      .filter(([operator, expected]) => compareVersions(String(a), operator, String(b)) !== expected)
      .map(([operator, expected]) => `${String(a)} ${operator} ${String(b)}: ${String(expected)}`),
  )
  expect(wrong).toEqual([])
})

test.each([
  ['1.2', '>=', '1.2', true],
  ['1.2', '!=', '1.3', true],
  ['latest', '>', '99999.9', true],
  ['Not Found', '<', '0.1', true],
  ['1:1.2', '==', '1.2', true],
  ['2:1.2', '<', '1.3', true],
  ['1.2', '=>', '1.2', false],
  ['1.2', 'constructor', '1.2', false],
])('%s %s %s: %s', (one, operator, other, expected) => {
  expect(compareVersions(one, operator, other)).toBe(expected)
})

test('a blank version is refused', () => {
  expect(() => compareVersions('', '==', '1')).toThrow('compare_version, ver1 is blank')
  expect(() => compareVersions('1', '==', '')).toThrow('compare_version, ver2 is blank')
})

test('versions in order', () => {
  expect(sortedVersions(['1.10', '1.9', '1.9.1'])).toEqual(['1.9', '1.9.1', '1.10'])
  expect(newestVersion(['1.9', 'latest', '1.10'])).toBe('latest')
  expect(newestVersion(['Not Found'])).toBe('Not Found')
  expect(newestVersion([])).toBe('')
})

test('of equal versions the first that is defined is the newest', () => {
  const versions = ['8.1', '08.1', '7']
  expect(newestVersion(versions)).toBe('8.1')
  expect(sortedVersions(versions)).toEqual(['7', '08.1', '8.1'])
  expect(newestVersionsFirst(versions)).toEqual(['08.1', '8.1', '7'])
})
