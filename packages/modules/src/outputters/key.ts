// SPDX-License-Identifier: Apache-2.0
import { pythonStr } from '@halite/core'
import { defineOutputter } from '@halite/loader'
import { shown, shownEntries, sortedEntries } from './text/entries.ts'
import { type Color, type Paint, painter, withoutEscapes } from './text/paint.ts'

/** Keys below the heading of their state: what `salt-key` prints. */
export default defineOutputter({
  name: 'key',
  doc: 'Keys or fingerprints below the heading of their state, as salt-key prints them.',
  render: (data, { color }) => {
    const paint = painter(color)
    const states = sortedEntries(shownEntries(shown(data)) ?? [])
    return states.flatMap(([state, keys]) => stateLines(pythonStr(state), keys, paint)).join('\n')
  },
})

interface Heading {
  readonly title: string
  readonly titleColor: Color
  readonly color: Color
}

const headings: Readonly<Record<string, Heading>> = {
  local: { title: 'Local Keys', titleColor: 'lightMagenta', color: 'magenta' },
  minions: { title: 'Accepted Keys', titleColor: 'lightGreen', color: 'green' },
  minions_denied: { title: 'Denied Keys', titleColor: 'lightMagenta', color: 'magenta' },
  minions_pre: { title: 'Unaccepted Keys', titleColor: 'lightRed', color: 'red' },
  minions_rejected: { title: 'Rejected Keys', titleColor: 'lightBlue', color: 'blue' },
}

function stateLines(state: string, keys: unknown, paint: Paint): readonly string[] {
  const { title, titleColor, color } = headings[state] ?? {
    title: withoutEscapes(state),
    titleColor: 'lightYellow',
    color: 'yellow',
  }
  return [paint(titleColor, `${title}:`), ...keyTexts(keys).map((text) => paint(color, text))]
}

/** Ids alone from a list; ids with key or fingerprint from a map. */
function keyTexts(keys: unknown): readonly string[] {
  if (Array.isArray(keys)) {
    return sortedEntries(keys.map((id) => [id, undefined])).map(([id]) => withoutEscapes(pythonStr(id)))
  }
  return sortedEntries(shownEntries(shown(keys)) ?? []).map(([id, detail]) => {
    return `${withoutEscapes(pythonStr(id))}:  ${withoutEscapes(pythonStr(detail))}`
  })
}
