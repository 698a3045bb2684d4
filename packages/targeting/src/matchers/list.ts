// SPDX-License-Identifier: Apache-2.0
import type { Test } from '../types.ts'
import { idTest } from '../verdict.ts'
import type { Matcher } from './matcher.ts'

/** Ids separated by commas. Blanks belong to the ids: the command line has removed those that do not. */
export const list: Matcher = {
  letter: 'L',
  whenUnreadable: 'refuse',
  compile({ pattern }) {
    const ids = new Set(pattern.split(',').filter((id) => id !== ''))
    const framed = `,${pattern},`
    // An id may hold commas itself.
    const accepts = (id: string) => ids.has(id) || (id.includes(',') && framed.includes(`,${id},`))
    return idTest(accepts, [...ids])
  },
}

/** A list that came as ids one by one. */
export function listOf(ids: readonly string[]): Test {
  const wanted = new Set(ids)
  return idTest((id) => wanted.has(id), [...wanted])
}
