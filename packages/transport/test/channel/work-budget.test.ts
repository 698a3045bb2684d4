// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest'
import { WorkBudget } from '../../src/channel/work-budget.ts'

const limits = { bytesPerSecond: 1_000_000, msPerSecond: 200 }
const mebibyte = 1024 * 1024

test('who rests has saved up two seconds of work, and waits for what it overdraws', () => {
  const budget = new WorkBudget(limits, 0)
  expect(budget.spend(1000, 400, 0)).toBe(0)
  expect(budget.spend(1000, 100, 0)).toBe(500)
  expect(budget.spend(0, 0, 500)).toBe(0)
})

test('the largest frame is never late for its size alone; the next one is', () => {
  const budget = new WorkBudget(limits, 0)
  expect(budget.spend(65 * mebibyte, 0, 0)).toBe(0)
  expect(budget.spend(65 * mebibyte, 0, 0)).toBeGreaterThan(50_000)
})

test('rest is not saved up for ever', () => {
  const budget = new WorkBudget(limits, 0)
  expect(budget.spend(0, 0, 3_600_000)).toBe(0)
  expect(budget.spend(0, 600, 3_600_000)).toBe(1000)
})
