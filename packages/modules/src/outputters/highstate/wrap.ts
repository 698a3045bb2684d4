// SPDX-License-Identifier: Apache-2.0

interface Wrapping {
  /** Characters of a line, its indent included. */
  readonly width: number
  readonly indent: string
}

/** A text as indented lines of a width, as Python's `textwrap` fills them: every space and line break is one space. */
export function wrapped(text: string, { width, indent }: Wrapping): string {
  const room = width - indent.length
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/[ \t\n]+/).flatMap((one) => pieces(one, room))) {
    if (line !== '' && line.length + 1 + word.length > room) {
      lines.push(line)
      line = ''
    }
    line = line === '' ? word : `${line} ${word}`
  }
  if (line !== '') lines.push(line)
  return lines.map((one) => `${indent}${one}`).join('\n')
}

/** A word that is longer than a line is cut. */
function pieces(word: string, room: number): string[] {
  return word === '' ? [] : (word.match(new RegExp(`.{1,${room}}`, 'gs')) ?? [])
}
