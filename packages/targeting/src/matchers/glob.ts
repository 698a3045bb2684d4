// SPDX-License-Identifier: Apache-2.0
import { compileGlob, hasWildcards } from '../fnmatch.ts'
import { idTest } from '../verdict.ts'
import type { Matcher } from './matcher.ts'

/** Shell pattern on the id; case matters. Without wildcards it names one id. */
export const glob: Matcher = {
  whenUnreadable: 'refuse',
  compile({ pattern }) {
    const listed = pattern === '' || hasWildcards(pattern) ? [] : [pattern]
    return idTest(compileGlob(pattern), listed)
  },
}
