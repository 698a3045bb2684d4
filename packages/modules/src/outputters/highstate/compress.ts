// SPDX-License-Identifier: Apache-2.0
import {
  type DataMap,
  entriesOf,
  floatOf,
  isMap,
  mapOf,
  plainNumber,
  pythonStr,
  sizeOf,
  valueAt,
  withEntry,
} from '@halite/core'

/** Results whose states share id, sls and result become one each; what cannot be read that way stays as it is. */
export function withCompressedIds(hosts: DataMap): DataMap {
  return mapOf(
    entriesOf(hosts).map(([host, results]) => [host, isMap(results) ? compressed(results) : results]),
  )
}

function compressed(results: DataMap): DataMap {
  const entries = entriesOf(results)
  if (!entries.every(([, fields]) => isMap(fields) && valueAt(fields, '__id__') !== undefined)) return results
  const counts = new Map<string, number>()
  for (const [tag, fields] of entries)
    counts.set(groupOf(tag, fields), (counts.get(groupOf(tag, fields)) ?? 0) + 1)
  const merged = new Map<unknown, DataMap>()
  for (const [tag, fields] of entries) {
    if (!isMap(fields)) continue
    const count = counts.get(groupOf(tag, fields)) ?? 1
    const name = count === 1 ? tag : compressedTag(pythonStr(tag), fields, count)
    const present = merged.get(name)
    merged.set(name, present === undefined ? fields : joined(present, fields))
  }
  return mapOf(merged)
}

function groupOf(tag: unknown, fields: unknown): string {
  const part = (key: string) => pythonStr(isMap(fields) ? (valueAt(fields, key) ?? null) : null)
  return [pythonStr(tag).split('_|-')[0], part('__id__'), part('__sls__'), part('result')].join('_')
}

function compressedTag(tag: string, fields: DataMap, count: number): string {
  const parts = tag.split('_|-')
  const [sls, id, result] = ['__sls__', '__id__', 'result'].map((key) =>
    pythonStr(valueAt(fields, key) ?? null),
  )
  parts[1] = `${id} (${count})`
  parts[2] = `state_compressed_${sls}_${id}_${result}`
  return parts.join('_|-')
}

function joined(first: DataMap, other: DataMap): DataMap {
  const number = (fields: DataMap, key: string) => Number(plainNumber(valueAt(fields, key)) ?? 0)
  const starts = [first, other].map((fields) => pythonStr(valueAt(fields, 'start_time') ?? '')).sort()
  const duration = Math.round((number(first, 'duration') + number(other, 'duration')) * 1000) / 1000
  let result = withEntry(
    first,
    '__run_num__',
    Math.min(number(first, '__run_num__'), number(other, '__run_num__')),
  )
  result = withEntry(result, 'duration', floatOf(duration))
  result = withEntry(result, 'start_time', starts[0])
  return withEntry(result, 'changes', joinedChanges(first, other))
}

/** Changes become a map of the changes by name. */
function joinedChanges(first: DataMap, other: DataMap): unknown {
  const [own, more] = [first, other].map((fields) => valueAt(fields, 'changes'))
  if (!isMap(more) || sizeOf(more) === 0) return own
  const known = isMap(own) ? valueAt(own, 'compressed changes') : undefined
  const before = isMap(known)
    ? entriesOf(known)
    : isMap(own) && sizeOf(own) > 0
      ? [[valueAt(first, 'name'), own] as const]
      : []
  return { 'compressed changes': mapOf([...before, [valueAt(other, 'name'), more]]) }
}
