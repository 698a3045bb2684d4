// SPDX-License-Identifier: Apache-2.0
import { type DataMap, entriesOf, equal, hasKey, isMap, mapOf, valueAt } from '@halite/core'

/** What Salt shows where a map had no such key. */
const absent = '<_null_>'

/** What is new or other in `after`: by key a map of what differs below it, or of `new` and `old`. What is gone is not shown. */
export function mapDifference(before: DataMap, after: DataMap): DataMap {
  const differences: [unknown, unknown][] = []
  for (const [key, value] of entriesOf(after)) {
    const old = hasKey(before, key) ? valueAt(before, key) : absent
    if (hasKey(before, key) && equal(old, value)) continue
    differences.push([key, isMap(old) && isMap(value) ? mapDifference(old, value) : { new: value, old }])
  }
  return mapOf(differences)
}
