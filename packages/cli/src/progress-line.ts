// SPDX-License-Identifier: Apache-2.0
import { isMap, plainNumber, pythonStr, sizeOf, valueAt } from '@halite/core'

/** What is said of a state that has ended, from the data of its event; undefined when that is something else. */
export function progressLine(data: unknown): string | undefined {
  const ret = isMap(data) ? valueAt(data, 'ret') : undefined
  if (!isMap(data) || !isMap(ret)) return undefined
  const text = (map: typeof ret, key: string) => pythonStr(valueAt(map, key) ?? '')
  const changes = valueAt(ret, 'changes')
  const isChanged = isMap(changes) && sizeOf(changes) > 0
  const place = `${Number(plainNumber(valueAt(ret, '__run_num__')) ?? 0) + 1}/${text(data, 'len')}`
  const [name, id] = [text(ret, 'name'), text(ret, '__id__')]
  const what = [text(data, 'fun'), id, ...(name === id ? [] : [name])].filter((part) => part !== '').join(' ')
  const outcome = `${pythonStr(valueAt(ret, 'result') ?? null)}${isChanged ? ', changed' : ''}`
  return `[${place}] ${what}: ${outcome} (${text(ret, 'duration')} ms)`
}
