// SPDX-License-Identifier: Apache-2.0
import { SaltError } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { Regex, readReplacement, substitute } from '@halite/targeting'
import { splitWords } from '../cmd/split-words.ts'
import { fileAt } from './content.ts'
import { byteEncoding, textEncoding } from './encodings.ts'
import { expandUser } from './paths.ts'
import { editedPath, putContent } from './put.ts'
import { regexOptions } from './regex-flags.ts'
import { type Ran, ranAll } from './run-all.ts'
import { copyBeside } from './side-copy.ts'
import { universalLines } from './text-file.ts'

/** One substitution of `sed`. */
export interface Sed {
  readonly before: string
  readonly after: string
  readonly limit: string
  readonly backup: string
  readonly options: string
  readonly flags: string
  readonly escape_all: boolean
  readonly negate_match: boolean
}

/** `file.sed`: runs `sed` on a file; false where there is none. */
export async function runSed(ctx: ExecContext, given: string, wanted: Sed): Promise<Ran | false> {
  const path = await expandUser(ctx, given)
  if (!(await ctx.fs.exists(path))) return false
  const { before, after, limit, backup, escape_all, negate_match, flags } = wanted
  const text = (text: string) => escaped(text, escape_all)
  const place = `${limit === '' ? '' : `/${text(limit)}/ `}${negate_match ? '!' : ''}`
  const script = `${place}s/${text(before)}/${text(after)}/${checkedFlags(flags)}`
  return ranAll(ctx, ['sed', `-i${backup}`, ...optionsOf(ctx, wanted.options), script, path])
}

/** `file.sed_contains`: whether `sed` finds a pattern in one of the lines. */
export async function sedContains(
  ctx: ExecContext,
  given: string,
  { text, limit, flags }: { readonly text: string; readonly limit: string; readonly flags: string },
): Promise<boolean> {
  const path = await expandUser(ctx, given)
  if (!(await ctx.fs.exists(path))) return false
  const place = limit === '' ? '' : `/${escaped(limit, false)}/ `
  const script = `${place}s/${escaped(text, false)}/$/p${checkedFlags(flags)}`
  const { retcode, stdout } = await ranAll(ctx, ['sed', ...optionsOf(ctx, '-n -r -e'), script, path])
  return retcode === 0 && stdout !== ''
}

function optionsOf({ platform }: ExecContext, options: string): string[] {
  return splitWords(platform === 'darwin' ? options.replace('-r', '-E') : options)
}

/** A slash would end the pattern. (A quote means nothing: there is no shell.) */
function escaped(text: string, all: boolean): string {
  const slashes = text.replaceAll('/', '\\/')
  return all ? slashes.replace(/[\^.[$()|*+?{]/g, '\\$&') : slashes
}

/** Some flags of `sed` run commands and write other files. */
function checkedFlags(flags: string): string {
  if (/^[gpiIm0-9]*$/i.test(flags)) return flags
  throw new SaltError(
    'ARGUMENTS_INVALID',
    `flags '${flags}' are not taken: there are g, p, I, M and a number`,
  )
}

/** One substitution of patterns of Python. */
export interface PythonSed {
  readonly before: string
  readonly after: string
  readonly limit: string
  readonly backup: string
  readonly flags: string
  readonly escape_all: boolean
}

const flagBits: Readonly<Record<string, number>> = { I: 2, L: 4, M: 8, S: 16, U: 32, X: 64 }

/** `file.psed`: the same without `sed`. */
export async function psed(ctx: ExecContext, given: string, wanted: PythonSed): Promise<null> {
  const path = await editedPath(ctx, given)
  const { before, after, limit, backup, escape_all } = wanted
  const letters = [...wanted.flags].filter((letter) => letter !== 'g')
  const odd = letters.find((letter) => flagBits[letter] === undefined)
  if (odd !== undefined)
    throw new SaltError(
      'ARGUMENTS_INVALID',
      `flags '${wanted.flags}' are not taken: there is no flag '${odd}'`,
    )
  const options = regexOptions(letters.reduce((sum, letter) => sum | (flagBits[letter] ?? 0), 0))
  await fileAt(ctx, path)
  const data = await ctx.fs.read(path)
  const encoding = textEncoding(data) ?? byteEncoding
  const { written } = encoding
  const regex = new Regex(written(escaped(before, escape_all)), options)
  const replacement = readReplacement(written(after), regex)
  const count = wanted.flags.includes('g') ? 0 : 1
  const place = limit === '' ? undefined : new Regex(written(escaped(limit, escape_all)))
  const edit = (part: string) => substitute(regex, part, { replacement, count }).text
  const text = encoding.decode(data)
  const lines = place === undefined ? [text] : universalLines(text)
  const changed = lines.map((line) => (place === undefined || place.test(line) ? edit(line) : line)).join('')
  if (backup !== '') await copyBeside(ctx, path, backup)
  if (changed !== text) await putContent(ctx, path, encoding.encode(changed))
  return null
}
