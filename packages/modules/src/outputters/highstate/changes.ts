// SPDX-License-Identifier: Apache-2.0
import { type DataMap, entriesOf, isMap, isTruthy, pythonStr, valueAt } from '@halite/core'
import { Nesting } from '../nested.ts'
import type { Show } from './shown.ts'

const nestedIndent = 14

/** The changes of a state, below its other lines. */
export function changesText(
  fields: DataMap,
  show: Show,
): { readonly text: string; readonly hasChanges: boolean } {
  const changes = valueAt(fields, 'changes')
  if (isOrchestration(valueAt(fields, 'name')) && isMap(changes)) {
    const nested = entriesOf(changes).map(([host, data]) =>
      show.nested(pythonStr(host), data, { ...show, level: show.level + 1 }),
    )
    const indent = ' '.repeat(nestedIndent * show.level)
    const lines = nested.flatMap(({ text }) => text.split('\n')).map((line) => `${indent}${line}`)
    return { text: [indent, ...lines].join('\n'), hasChanges: true }
  }
  if (!isTruthy(changes ?? null)) return { text: '', hasChanges: false }
  if (!isMap(changes)) return { text: `Invalid Changes data: ${pythonStr(changes)}`, hasChanges: true }
  const returned = valueAt(changes, 'ret')
  if (isMap(returned) && valueAt(changes, 'out') === 'highstate') return hostsText(returned, show)
  const nesting = new Nesting(show.paint, false)
  nesting.add(changes, nestedIndent, '')
  // As Salt ends what it prints: blanks and empty lines behind the last value do not count.
  return { text: `\n${nesting.lines.join('\n').trimEnd()}`, hasChanges: true }
}

/** The minions of a state that ran states on them. */
function hostsText(returned: DataMap, show: Show) {
  const hosts = entriesOf(returned).map(([host, data]) => show.nested(pythonStr(host), data, show))
  const indent = ' '.repeat(nestedIndent)
  const text = hosts
    .map(
      (host) =>
        `\n${host.text
          .split('\n')
          .map((line) => `${indent}${line}`)
          .join('\n')}`,
    )
    .join('')
  return { text, hasChanges: hosts.some(({ hasChanges }) => hasChanges) }
}

function isOrchestration(name: unknown): boolean {
  return name === 'state.orch' || name === 'state.orchestrate' || name === 'state.sls'
}
