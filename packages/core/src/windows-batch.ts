// SPDX-License-Identifier: Apache-2.0
import { SaltError } from './errors.ts'

/** How a batch file is started: words for `spawn` that carry their own quoting. */
export interface BatchStart {
  readonly argv: readonly string[]
  readonly verbatimArguments: true
}

/**
 * What starts a batch file with these words, which only the command interpreter of Windows can; undefined for any other program.
 * Each word arrives as it is: nothing in it is a command, a variable or a redirection. Throws COMMAND_FAILED for a word with a line
 * break, at which the interpreter would stop reading.
 */
export function batchStart([file = '', ...words]: readonly string[]): BatchStart | undefined {
  if (!/\.(?:bat|cmd)[. ]*$/i.test(file)) return undefined
  const broken = [file, ...words].find((word) => /[\0\r\n]/.test(word))
  if (broken !== undefined) {
    throw new SaltError('COMMAND_FAILED', `batch file ${file} cannot be given ${JSON.stringify(broken)}`, {
      hint: 'Write the text to a file, and give the batch file its path.',
    })
  }
  const line = [file, ...words].map(written).join(' ')
  const interpreter = process.env['ComSpec'] ?? 'cmd.exe'
  return { argv: [interpreter, '/d', '/s', '/v:off', '/c', `"${line}"`], verbatimArguments: true }
}

/** Plain words without quotes: a batch file sees those that are there. */
function written(word: string): string {
  return /^[\w.:\\/@+-]+$/.test(word) ? word : escaped(quoted(word))
}

/** As programs read it: backslashes count double before a quote. */
function quoted(word: string): string {
  return `"${word.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, '$1$1')}"`
}

/** The interpreter takes the next character as it is after `^`; quotes that are escaped open nothing. */
function escaped(word: string): string {
  return word.replace(/[()[\]%!^"`<>&|;, *?]/g, '^$&')
}
