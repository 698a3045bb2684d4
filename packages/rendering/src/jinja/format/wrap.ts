// SPDX-License-Identifier: Apache-2.0
import { valueError } from '../runtime/native.ts'

/** How paragraphs are wrapped, by the names of Python's `textwrap`. */
export interface WrapOptions {
  readonly width: number
  readonly breakLongWords: boolean
  readonly breakOnHyphens: boolean
}

/**
 * Where a paragraph may be broken: at spaces, behind the hyphen of a compound word (two letters in front of it, a letter and
 * another one behind it), and around a dash of several hyphens.
 */
const withHyphens = new RegExp(
  [
    String.raw`([\t\n\v\f\r ]+`,
    String.raw`(?<=[\p{L}\p{N}_!"'&.,?])-{2,}(?=[\p{L}\p{N}_])`,
    String.raw`[^\t\n\v\f\r ]+?(?:-(?:(?<=[\p{L}_]{2}-)|(?<=[\p{L}_]-[\p{L}\p{N}_!"'&.,?]-))(?=[\p{L}_]-?[\p{L}_])`,
    String.raw`(?=[\t\n\v\f\r ]|$)`,
    String.raw`(?<=[\p{L}\p{N}_!"'&.,?])(?=-{2,}[\p{L}\p{N}_])))`,
  ].join('|'),
  'u',
)
const onlySpaces = /([\t\n\v\f\r ]+)/

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
function nextLine(chunks: string[], options: WrapOptions, isLater: boolean): string[] {
  const { width } = options
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
  if (options.breakLongWords) {
    const end = endOfPart(long, width - length, options)
    line.push(long.slice(0, end))
    chunks[chunks.length - 1] = long.slice(end)
  } else if (line.length === 0) {
    chunks.pop()
    line.push(long)
  }
  return line
}

/** Where a word that is too long is cut: behind its last hyphen that still fits, else where the line is full. */
function endOfPart(word: string, space: number, { breakOnHyphens }: WrapOptions): number {
  const hyphen = breakOnHyphens ? word.slice(0, space).lastIndexOf('-') : -1
  return hyphen > 0 && /[^-]/.test(word.slice(0, hyphen)) ? hyphen + 1 : space
}
