// SPDX-License-Identifier: Apache-2.0
import { parseMinionId } from '@halite/core'
import { expect, it } from 'vitest'
import { parseMinionId as parseMinionIdOfSource } from '../../packages/core/src/ids.ts'

it('a source file of a package and its name lead to the same compiled module', () => {
  expect(parseMinionIdOfSource).toBe(parseMinionId)
})

it('an error shows where it was thrown in the compiled module', () => {
  expect(errorOf(() => parseMinionId('../a')).stack).toContain('/packages/core/dist/ids.js:')
})

function errorOf(fails: () => void): Error {
  try {
    fails()
  } catch (error) {
    if (error instanceof Error) return error
  }
  throw new Error('it did not fail')
}
