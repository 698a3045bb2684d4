// SPDX-License-Identifier: Apache-2.0
import { isMap, isSaltError, loadJson, pythonStr } from '@halite/core'
import type { StateReturn } from '@halite/loader'

interface Reported extends StateReturn {
  readonly changes: Readonly<Record<string, unknown>>
  readonly comment: string
}

/** A command that says itself what changed: a JSON map, or a last line of `changed=yes comment='all done'`. */
export function reinterpreted(done: Reported): Reported {
  const { stdout, stderr } = done.changes
  const printed = typeof stdout === 'string' ? stdout : ''
  if (printed === '') return { ...done, changes: {}, comment: typeof stderr === 'string' ? stderr : '' }
  const json = jsonOf(printed)
  if (json !== undefined && !isMap(json)) {
    return { changes: {}, result: false, comment: 'script JSON output must be a JSON object (e.g., {})!' }
  }
  const break_ = printed.trimEnd().lastIndexOf('\n')
  const said = json === undefined ? wordsOf(printed.slice(break_ + 1)) : plain(json)
  const isChanged = said === undefined ? undefined : truthOf(said['changed'] ?? 'no')
  if (said === undefined || isChanged === undefined) {
    const comment = 'Failed parsing script output! Stdout must be JSON or a line of name=value pairs.'
    return { changes: done.changes, result: false, comment }
  }
  const { comment = '', ...data } = said
  if (!isChanged) return { ...done, changes: {}, comment: pythonStr(comment) }
  // What stands before the line; as in Salt a single line loses its last character.
  const before = json === undefined ? printed.slice(0, break_) : ''
  return {
    ...done,
    changes: { ...data, ...withoutKeys(done.changes, data), stdout: before },
    comment: pythonStr(comment),
  }
}

function jsonOf(text: string): unknown {
  try {
    return loadJson(text)
  } catch (error) {
    if (isSaltError(error, 'JSON_INVALID')) return undefined
    throw error
  }
}

function plain(map: ReturnType<typeof loadJson>): Record<string, unknown> {
  return Object.fromEntries(map instanceof Map ? map : Object.entries(map as object))
}

/** `a=1 b='two words'`; undefined when a word is no pair. */
function wordsOf(line: string): Record<string, unknown> | undefined {
  const words = line.match(/(?:[^\s'"]+|'[^']*'|"[^"]*")+/g) ?? []
  const pairs = words.map((word) => word.replaceAll(/['"]/g, '').split('='))
  return pairs.every((pair) => pair.length === 2) ? Object.fromEntries(pairs) : undefined
}

function truthOf(value: unknown): boolean | undefined {
  const text = pythonStr(value).toLowerCase()
  if (value && ['true', 'yes', '1'].includes(text)) return true
  return ['false', 'no', '0'].includes(text) ? false : undefined
}

function withoutKeys(map: Readonly<Record<string, unknown>>, present: Readonly<Record<string, unknown>>) {
  return Object.fromEntries(Object.entries(map).filter(([key]) => !Object.hasOwn(present, key)))
}
