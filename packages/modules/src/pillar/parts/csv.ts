// SPDX-License-Identifier: Apache-2.0

/**
 * The rows of a CSV text as spreadsheets write it: fields are separated by `separator`, those in `"` may hold it, line breaks
 * and doubled quotes. Empty lines are left out.
 */
export function csvRows(text: string, separator: string): readonly (readonly string[])[] {
  const rows: string[][] = []
  let row: string[] = []
  const field = new RegExp(
    `("(?:[^"]|"")*"|[^"${separator === '\t' ? '\\t' : separator}\\r\\n]*)(${separator === '\t' ? '\\t' : separator}|\\r?\\n|\\r|$)`,
    'y',
  )
  while (field.lastIndex < text.length) {
    const [, value = '', end = ''] = field.exec(text) ?? unreadable(rows.length)
    row.push(value.startsWith('"') ? value.slice(1, -1).replaceAll('""', '"') : value)
    if (end === separator) continue
    if (row.length > 1 || row[0] !== '') rows.push(row)
    row = []
  }
  if (row.length > 0) rows.push([...row, ''])
  return rows
}

function unreadable(row: number): never {
  throw new Error(`row ${row + 1} has a quote that stands in a field, or is not closed`)
}
