// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest'
import { ProgressBar, progressText } from '../../src/copy/progress-bar.ts'

const mebibyte = 1024 * 1024
const half = { name: 'salt://large.bin', done: 5 * mebibyte, total: 10 * mebibyte }

test.each([
  [79, 'salt://large.bin [###############---------------] 50 % of 10.0 MiB'],
  [50, 'salt://large.bin [#######-------] 50 % of 10.0 MiB'],
  [39, 'salt://large.bin 50 % of 10.0 MiB'],
  [24, '/large.bin 50 % of 10.0 MiB'.slice(-24)],
  [17, '50 % of 10.0 MiB'],
  [4, '50 %'],
  [1, '5'],
])('in %i columns it is %j', (columns, text) => {
  expect(progressText({ ...half, columns })).toBe(text)
})

test('it never is wider than its terminal', () => {
  for (const name of ['a', 'salt://'.padEnd(200, 'x'), 'salt://\u001b[2J/x', '\u{1f980}'.repeat(60)]) {
    for (let columns = 1; columns < 130; columns += 1) {
      for (const total of [undefined, 0, 1, 3 * mebibyte, 5e12]) {
        const text = progressText({ name, done: 2 * mebibyte, total, columns })
        expect([...text].length).toBeLessThanOrEqual(columns)
      }
    }
  }
})

test('of an unknown size the bytes are said, and more than all is all', () => {
  expect(progressText({ ...half, total: undefined, columns: 79 })).toBe('salt://large.bin 5.0 MiB')
  expect(progressText({ ...half, done: 20 * mebibyte, columns: 79 })).toContain(' 100 % of 10.0 MiB')
})

test('it is drawn at most ten times a second, and not at all where there is no room', () => {
  const drawn: string[] = []
  const bar = new ProgressBar({ statusColumns: 79, showStatus: (text) => drawn.push(text) })
  for (let done = 0; done < 100; done += 1) bar.show('x', done, 100)
  bar.clear()
  expect(drawn.length).toBeLessThan(10)
  expect(drawn[0]).toContain('0 % of')
  expect(drawn.at(-1)).toBe('')
  const none = new ProgressBar({ statusColumns: 0, showStatus: () => expect.fail('drawn') })
  none.show('x', 1, 2)
})
