// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest'
import { summary } from '../../scripts/test/summary.mjs'

interface Outcome {
  readonly state: 'passed' | 'failed' | 'skipped'
  readonly note?: string
}

function moduleOf(outcomes: readonly Outcome[], errors: readonly Error[] = []) {
  const module = {
    relativeModuleId: 'a.test.ts',
    errors: () => errors,
    children: { allTests: () => tests, allSuites: () => [] },
  }
  const tests = outcomes.map((outcome, index) => ({
    name: `test ${index}`,
    module,
    parent: module,
    result: () => outcome,
    annotations: () => [],
  }))
  return module
}

test('the last line counts, and names skipped tests only when there are any', () => {
  const all = summary([moduleOf([{ state: 'passed' }, { state: 'failed' }])], [])
  expect(all.lines).toEqual(['1 passed, 1 failed'])
  expect(all).toMatchObject({ total: 2, failed: 1 })
})

test('tests that were skipped for one reason share a line above it', () => {
  const skipped = { state: 'skipped', note: 'needs git' } as const
  expect(summary([moduleOf([skipped, { state: 'passed' }, skipped])], []).lines).toEqual([
    'skipped 2: needs git (a.test.ts: test 0; a.test.ts: test 2)',
    '1 passed, 0 failed, 2 skipped',
  ])
})

test('a file that does not load and an error outside of tests are failures', () => {
  const { lines, failed } = summary([moduleOf([], [new Error('no such module')])], [new Error('late')])
  expect(failed).toBe(2)
  expect(lines.at(-1)).toBe('0 passed, 2 failed')
})

test('tests behind a hook that failed say so', () => {
  const { lines } = summary([moduleOf([{ state: 'skipped' }], [new Error('hook')])], [])
  expect(lines[0]).toBe('skipped 1: what runs before it failed (a.test.ts: test 0)')
})
