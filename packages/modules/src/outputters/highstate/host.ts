// SPDX-License-Identifier: Apache-2.0
import { type DataMap, entriesOf, isMap, isNumeric, pythonStr, sizeOf, valueAt } from '@halite/core'
import { linesOf } from '../text/entries.ts'
import { type Color, type Paint, withoutEscapes } from '../text/paint.ts'
import { prettyRepr } from '../text/pretty.ts'
import { changesText } from './changes.ts'
import { type HostText, type Show, type ShownState, visible } from './shown.ts'
import { blockLines, terseLine } from './state-text.ts'
import { Summary } from './summary.ts'

/** The states of one minion, or what it returned in their place: errors, or a value. */
export function hostText(host: string, data: unknown, show: Show): HostText {
  const { paint } = show
  const head = (color: Color) => paint(color, `${withoutEscapes(host)}:`)
  if (isNumeric(data) || typeof data === 'string') {
    const lines = linesOf(pythonStr(data)).map((line) => paint('green', `    ${withoutEscapes(line)}`))
    return { text: [head('cyan'), ...lines].join('\n'), hasChanges: true }
  }
  if (Array.isArray(data))
    return { text: [head('lightRed'), ...errorLines(data, paint)].join('\n'), hasChanges: false }
  if (!isMap(data)) return { text: head('green'), hasChanges: false }
  const summary = new Summary(host, show)
  const lines = statesOf(data, show).flatMap((state) => {
    const form = formOf(state, show)
    summary.count(state, form === 'block')
    if (form === 'nothing') return []
    return form === 'line' ? [terseLine(state, show)] : blockLines(state, show)
  })
  const text = [head(summary.color), ...incomplete(data), ...lines, ...summary.lines()].join('\n')
  return { text, hasChanges: summary.hasChanges }
}

function errorLines(errors: readonly unknown[], paint: Paint): string[] {
  const shown = errors.map((error) => paint('lightRed', `----------\n    ${visible(pythonStr(error))}`))
  return [`    ${paint('lightRed', 'Data failed to compile:')}`, ...shown]
}

/** A result without its place in the run is shown as it came. */
function incomplete(data: DataMap): string[] {
  return entriesOf(data).flatMap(([tag, fields]) => {
    const isWhole = !isMap(fields) || tag === 'changes' || sizeOf(fields) === 0
    if (isWhole || valueAt(fields, '__run_num__') !== undefined) return []
    return [
      'The State execution failed to record the order in which all states were executed. The state return missing data is:',
      visible(prettyRepr(fields, 1)),
    ]
  })
}

function statesOf(data: DataMap, show: Show): ShownState[] {
  const results = entriesOf(data).flatMap(([tag, fields]) =>
    isMap(fields) && valueAt(fields, 'result') !== undefined ? [{ tag: pythonStr(tag), fields }] : [],
  )
  const place = ({ fields }: (typeof results)[number]) => Number(valueAt(fields, '__run_num__') ?? 0)
  return results.sort((a, b) => place(a) - place(b)).map(({ tag, fields }) => shownState(tag, fields, show))
}

function shownState(tag: string, fields: DataMap, show: Show): ShownState {
  const [module = '', id = '', name = '', fun = ''] = tag.split('_|-')
  const raw = valueAt(fields, 'result')
  const result = raw === null ? null : raw === true
  const { text, hasChanges } = changesText(fields, show)
  const byId = show.style.output.endsWith('_id')
  return {
    parts: [module, id, byId ? id : name, fun],
    result,
    fields,
    changes: text,
    hasChanges,
    color: colorOf(result, hasChanges),
    count: name.startsWith('state_compressed_') ? Number(/\((\d+)\)$/.exec(id)?.[1] ?? 1) : 1,
  }
}

function colorOf(result: boolean | null, hasChanges: boolean): Color {
  if (result === false) return 'red'
  if (result === null) return 'lightYellow'
  return hasChanges ? 'cyan' : 'green'
}

type Form = 'nothing' | 'line' | 'block'

/** How a state is shown, as the style asks for it. */
function formOf({ result, hasChanges }: ShownState, { style }: Show): Form {
  const isQuiet = result === true && !hasChanges
  if (isQuiet && (style.diff || !style.verbose)) return 'nothing'
  const output = style.output
  if (output.startsWith('filter')) {
    const name = pythonStr(result)
    if (style.terse.includes(name)) return 'line'
    return style.exclude.includes(name) ? 'nothing' : 'block'
  }
  const isTerse =
    output.startsWith('terse') ||
    (output.startsWith('mixed') && result !== false) ||
    (output.startsWith('changes') && isQuiet)
  return isTerse ? 'line' : 'block'
}
