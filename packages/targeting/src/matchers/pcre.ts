// SPDX-License-Identifier: Apache-2.0
import { messageOf } from '@halite/core'
import { compilePattern } from '../pattern/compile-pattern.ts'
import { type Place, targetProblem } from '../problem.ts'
import { idTest } from '../verdict.ts'
import type { Matcher } from './matcher.ts'

/** Regular expression that must match from the start of the id, not necessarily to its end; case matters. */
export const pcre: Matcher = {
  letter: 'E',
  whenUnreadable: 'refuse',
  compile: ({ pattern, place }) => idTest(regularExpression(pattern, place)),
}

/** `compilePattern`, its errors pointing at `place`. */
export function regularExpression(pattern: string, place: Place): (text: string) => boolean {
  try {
    return compilePattern(pattern)
  } catch (error) {
    throw targetProblem(place, `the regular expression ${messageOf(error)}`)
  }
}
