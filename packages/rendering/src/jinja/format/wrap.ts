// SPDX-License-Identifier: Apache-2.0
import { valueError } from '../runtime/native.ts'

/** How paragraphs are wrapped, by the names of Python's `textwrap`. */
export interface WrapOptions {
  readonly width: number
  readonly breakLongWords: boolean
  readonly breakOnHyphens: boolean
}

const withHyphens = /(\s+|[^\s\w]*\w+[^0-9\W]-(?=\w+[^0-9\W])|(?<=[\w!"'&.,?])-{2,}(?=\w))/
const onlySpaces = /(\s+)/

/** The lines that Python's `textwrap.wrap` makes of one paragraph, without expanding tabs. Throws its ValueError. */
export function wrapText(text: string, options: WrapOptions): string[] {
  if (options.width <= 0) throw valueError(`invalid width ${options.width} (must be > 0)`)
  const chunks = text.split(options.breakOnHyphens ? withHyphens : onlySpaces).filter((chunk) => chunk !== '')
  const lines: string[] = []
  chunks.reverse()
  while (chunks.length > 0) {
    const line = nextLine(chunks, options, lines.length > 0)
    if (line.at(-1)?.trim() === '') line.pop()
    if (line.length > 0) lines.push(line.join(''))
  }
  return lines
}

/** Takes chunks from the end, the next one last, until the line is full. */
function nextLine(chunks: string[], { width, breakLongWords }: WrapOptions, isLater: boolean): string[] {
  const line: string[] = []
  let length = 0
  if (isLater && chunks.at(-1)?.trim() === '') chunks.pop()
  for (let next = chunks.at(-1); next !== undefined && length + next.length <= width; next = chunks.at(-1)) {
    line.push(next)
    length += next.length
    chunks.pop()
  }
  const long = chunks.at(-1)
  if (long === undefined || long.length <= width) return line
  if (breakLongWords) {
    const space = width - length
    line.push(long.slice(0, space))
    chunks[chunks.length - 1] = long.slice(space)
  } else if (line.length === 0) {
    chunks.pop()
    line.push(long)
  }
  return line
}
