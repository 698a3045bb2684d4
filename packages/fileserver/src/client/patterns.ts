// SPDX-License-Identifier: Apache-2.0
import type { PathPatterns } from '@halite/core'
import { compileGlob, compileSearch } from '@halite/targeting'

/** A test of Salt's `include_pat` and `exclude_pat`. Throws `TARGET_INVALID` for an expression that cannot be read. */
export function pathTest({ includePat, excludePat }: PathPatterns): (path: string) => boolean {
  const isIncluded = includePat ? testOf(includePat) : () => true
  const isExcluded = excludePat ? testOf(excludePat) : () => false
  return (path) => isIncluded(path) && !isExcluded(path)
}

function testOf(pattern: string): (path: string) => boolean {
  return pattern.startsWith('E@') ? compileSearch(pattern.slice(2)) : compileGlob(pattern)
}
