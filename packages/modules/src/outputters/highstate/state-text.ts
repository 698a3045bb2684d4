// SPDX-License-Identifier: Apache-2.0
import { entriesOf, isMap, pythonStr, valueAt } from '@halite/core'
import { formatted } from './format.ts'
import { type Show, type ShownState, visible } from './shown.ts'
import { wrapped } from './wrap.ts'

const commentIndent = ' '.repeat(14)

/** The block of a state. */
export function blockLines(state: ShownState, { paint, style }: Show): string[] {
  const { color, fields, parts, changes } = state
  const [module, id, name, fun] = parts
  const line = (label: string, value: string) => `    ${paint(color, `${label.padStart(8)}: ${value}`)}`
  const started = valueAt(fields, 'start_time')
  const isTimed = style.profile && started !== undefined
  const warnings = valueAt(fields, 'warnings')
  return [
    paint(color, '----------'),
    line('ID', visible(id)),
    line('Function', visible(`${module}.${fun}`)),
    ...(id === name ? [] : [line('Name', visible(name))]),
    line('Result', pythonStr(state.result)),
    line('Comment', commentOf(fields)),
    ...(isTimed
      ? [
          line('Started', visible(pythonStr(started))),
          line('Duration', durationOf(valueAt(fields, 'duration'))),
        ]
      : []),
    paint(color, `     Changes:   ${changes}`),
    ...(Array.isArray(warnings) ? [`   ${paint('lightRed', ` Warnings: ${warningText(warnings)}`)}`] : []),
  ]
}

/** The line of a state, in plain words or in columns. */
export function terseLine(state: ShownState, { paint, style }: Show): string {
  const { color, fields, parts } = state
  const [module, , name, fun] = parts.map(visible) as [string, string, string, string]
  const result = wordOf(state)
  const [started, duration] = ['start_time', 'duration'].map((key) => valueAt(fields, key))
  const isTimed = style.profile && started !== undefined
  const warnings = valueAt(fields, 'warnings')
  const warned = Array.isArray(warnings)
    ? paint('lightRed', `Warnings:\n${warnings.map(pythonStr).join('\n')}`)
    : ''
  const [startText, durationText] = [visible(pythonStr(started ?? '')), pythonStr(duration ?? '')]
  if (typeof style.tabular === 'string' && style.tabular !== '') {
    return formatted(style.tabular, [
      '',
      name,
      module,
      fun,
      result,
      '',
      { start_time: startText, duration: durationText },
    ])
  }
  if (style.tabular === true) {
    const times = isTimed ? `${startText} [${durationText.padStart(7)} ms] ` : ''
    const columns = `${times}${module.padStart(10)}.${fun.padEnd(10)} ${result.padEnd(7)}   Name: ${name}`
    return `${warned === '' ? '' : `${warned}\n`}${paint(color, columns)}`
  }
  const times = isTimed ? ` - Started: ${startText} - Duration: ${durationText} ms` : ''
  return `${warned} ${paint(color, ` Name: ${name} - Function: ${module}.${fun} - Result: ${result}${times}`)}`
}

function wordOf({ result, hasChanges }: ShownState): string {
  if (result === false) return 'Failed'
  if (result === null) return 'Differs'
  return hasChanges ? 'Changed' : 'Clean'
}

function commentOf(fields: Parameters<typeof valueAt>[0]): string {
  const comment = pythonStr(valueAt(fields, 'comment') ?? '').trim()
  const lines = visible(comment).replaceAll('\n', `\n${commentIndent}`)
  const data = valueAt(fields, 'data')
  if (data === undefined || data === null) return lines
  if (Array.isArray(data)) return [lines, ...data.map((item) => visible(pythonStr(item)))].join(' ')
  if (!isMap(data)) return `${lines} ${visible(pythonStr(data))}`
  const pairs = entriesOf(data).map(
    ([key, value]) => `\n\t\t${visible(pythonStr(key))}: ${visible(pythonStr(value))}`,
  )
  return `${lines}${pairs.join('')}`
}

function durationOf(duration: unknown): string {
  return duration === undefined || duration === '' ? '' : `${pythonStr(duration)} ms`
}

function warningText(warnings: readonly unknown[]): string {
  return wrapped(visible(warnings.map(pythonStr).join('\n')), {
    width: 80,
    indent: commentIndent,
  }).trimStart()
}
