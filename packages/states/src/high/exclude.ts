// SPDX-License-Identifier: Apache-2.0
import { isMap, sizeOf, valueAt } from '@halite/core'
import { fnmatch } from '@halite/targeting'
import type { HighData } from './high-data.ts'

/** Takes out of high data what it excludes: ids, and all ids of an sls, which may be a glob. */
export function applyExcludes(high: HighData): void {
  const excludes = high.exclude.splice(0)
  if (excludes.length === 0) return
  const maps = excludes.filter((exclude) => isMap(exclude) && sizeOf(exclude) === 1).filter(isMap)
  const ids = maps.flatMap((exclude) => valueAt(exclude, 'id') ?? [])
  const slses = [...excludes, ...maps.map((exclude) => valueAt(exclude, 'sls'))].filter(
    (sls) => typeof sls === 'string',
  )
  for (const [id, body] of [...high.bodies()]) {
    const sls = body.get('__sls__')
    if (typeof sls === 'string' && slses.some((glob) => fnmatch(sls, glob))) high.ids.delete(id)
  }
  for (const id of ids) high.ids.delete(id)
}
