// SPDX-License-Identifier: Apache-2.0

type Field = string | Readonly<Record<string, string>>

/**
 * A format of Python's with numbered fields, as `state_tabular` takes it: `{1}`, `{2:>10}`, `{6[duration]!s:>7}`. Braces that are no field
 * of these stay as they are.
 */
export function formatted(format: string, fields: readonly Field[]): string {
  return format.replaceAll(
    /\{\{|\}\}|\{(\d+)(?:\[(\w+)\])?(?:![sr])?(?::([<>^]?)(\d*)s?)?\}/g,
    (...parts: string[]) => {
      const [whole = '', index, key, align, width] = parts
      if (whole === '{{' || whole === '}}') return whole.slice(1)
      const field = fields[Number(index)]
      const value = typeof field === 'object' ? field[key ?? ''] : field
      return value === undefined ? whole : padded(value, align ?? '', Number(width ?? 0))
    },
  )
}

function padded(text: string, align: string, width: number): string {
  if (align === '>') return text.padStart(width)
  if (align !== '^') return text.padEnd(width)
  const before = Math.floor(Math.max(0, width - text.length) / 2)
  return (' '.repeat(before) + text).padEnd(width)
}
