// SPDX-License-Identifier: Apache-2.0
import { SaltError } from '@halite/core'
import { arg, fn, type Values } from '@halite/loader'
import { wrapText } from '@halite/rendering'

const title = 'THIS FILE IS MANAGED BY SALT - DO NOT EDIT'
const text =
  'The contents of this file are managed by Salt. Any changes to this file may be overwritten automatically and without warning.'

const args = {
  width: arg.integer('Width in characters.').default(72),
  commentchar: arg.string('What begins and ends each line.').default('#'),
  borderchar: arg.string('The character of the upper and lower border.').default('#'),
  blockstart: arg.string('What begins a block of comments.').optional(),
  blockend: arg.string('What ends it.').optional(),
  title: arg.string('Stands in the middle.').default(title),
  text: arg.string('Stands below the title.').default(text),
  newline: arg.boolean('End with a line break.').default(false),
}

/** `slsutil.banner`. */
export const banner = fn({
  doc: 'Return a block of comments that says who manages a file.',
  examples: ["salt '*' slsutil.banner width=80 commentchar='//'"],
  args,
  run: ({ platform }, values) => {
    const lineEnd = platform === 'win32' ? '\r\n' : '\n'
    return linesOf(values).join(lineEnd) + (values.newline ? lineEnd : '')
  },
})

function linesOf(values: Values<typeof args>): string[] {
  const { width, commentchar, borderchar, blockstart, blockend } = values
  const [left, right] = [commentchar.trimEnd(), commentchar.trim()]
  const textWidth = width - left.length - right.length - 2
  if (textWidth <= 0) throw new SaltError('ARGUMENTS_INVALID', 'Width is too small to render banner')
  const wrapping = { width: textWidth, breakLongWords: true, breakOnHyphens: true }
  const border = commentchar + borderchar.slice(0, 1).repeat(width - left.length - right.length) + right
  const spacer = commentchar + ' '.repeat(Math.max(0, width - commentchar.length * 2)) + commentchar
  const inside = (line: string) => `${left} ${line} ${right}`
  return [
    ...(blockstart === undefined ? [] : [blockstart]),
    border,
    spacer,
    ...wrapText(values.title, wrapping).map((line) => inside(centred(line, textWidth))),
    spacer,
    ...wrapText(values.text, wrapping).map((line) => inside(line.padEnd(textWidth))),
    border,
    ...(blockend === undefined ? [] : [blockend]),
  ]
}

/** As Python's `center`: of an odd number of blanks the extra one is on the left where the width is odd. */
function centred(line: string, width: number): string {
  const blanks = Math.max(0, width - line.length)
  const left = Math.floor(blanks / 2) + (blanks & width & 1)
  return ' '.repeat(left) + line + ' '.repeat(blanks - left)
}
