// SPDX-License-Identifier: Apache-2.0
import type { Place, Source } from './jinja/syntax/source.ts'

const marker = '    <======================'

/**
 * The lines around a place, as Salt shows them: the line itself with an arrow behind it, a caret below the column, and `[...]`
 * where lines are left out. `contextLines` before and behind it are shown.
 */
export function excerpt(source: Source, { line, column }: Place, contextLines: number): string {
  const first = Math.max(1, line - contextLines)
  const last = Math.min(source.lineCount, line + contextLines)
  const lines: string[] = first > 1 ? ['[...]'] : []
  for (let number = first; number <= last; number++) {
    const text = source.line(number)
    if (number === line) lines.push(text + marker, `${text.slice(0, column - 1).replace(/[^\t]/g, ' ')}^`)
    else lines.push(text)
  }
  if (last < source.lineCount) lines.push('[...]')
  return `---\n${lines.join('\n')}\n---`
}
