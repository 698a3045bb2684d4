// SPDX-License-Identifier: Apache-2.0
import { dirname } from 'node:path'
import { pythonStr } from '@halite/core'
import { arg, type StateContext, type StateReturn, type Values } from '@halite/loader'
import { appendLines, prependLines } from '../../execution/file/content.ts'
import { unifiedDifference } from '../../execution/file/difference.ts'
import { makeDirectories } from '../../execution/file/directories.ts'
import { splitLines } from '../../execution/file/lines.ts'
import { expandUser } from '../../execution/file/paths.ts'
import { editedPath } from '../../execution/file/put.ts'
import { asBytes, asText, readTextFile } from '../../execution/file/text-file.ts'
import { tried, wrongFile } from './edited.ts'
import { touch } from './presence.ts'
import { failure, type Result } from './result.ts'
import { anything, textOrList } from './shared-arguments.ts'
import { sourceTextArguments, sourceTexts } from './source-texts.ts'
import { spacedRegex } from './spaced-regex.ts'

const shared = {
  text: textOrList('The text, or a list of texts.'),
  makedirs: arg.boolean('Whether directories above the file are made.').default(false),
  ...sourceTextArguments,
}

/** The arguments of `file.append`. */
export const appendArguments = {
  ...shared,
  ignore_whitespace: arg
    .boolean('Whether a text that is there with other blanks counts as there.')
    .default(true),
}

/** The arguments of `file.prepend`. */
export const prependArguments = {
  ...shared,
  header: anything(
    'Whether the text has to be the beginning of the file; otherwise it may be anywhere in it.',
  ),
}

type SharedValues = Values<typeof shared> & { readonly name: string }

/** `file.append`. */
export function append(
  ctx: StateContext,
  args: SharedValues & { readonly ignore_whitespace: boolean },
): Promise<StateReturn> {
  const isThere = (file: string, text: string) =>
    args.ignore_whitespace ? spacedRegex(text).test(file) : file.includes(asBytes(text))
  return addTexts(ctx, 'append', {
    args,
    missing: (file, texts) =>
      texts.filter((text) => !isThere(file, text)).flatMap((text) => splitLines(text)),
  })
}

/** `file.prepend`. */
export function prepend(
  ctx: StateContext,
  args: SharedValues & { readonly header?: unknown },
): Promise<StateReturn> {
  return addTexts(ctx, 'prepend', {
    args,
    missing: (file, texts) => {
      const lines = (some: readonly string[]) => some.flatMap((text) => splitLines(text))
      if (!args.header) return lines(texts.filter((text) => !spacedRegex(text).test(file)))
      const wanted = lines(texts)
      const head = splitLines(asText(file)).slice(0, wanted.length)
      return head.join('\n') === wanted.join('\n') ? [] : wanted
    },
  })
}

interface Adding {
  readonly args: SharedValues
  /** The lines that a file, as bytes, does not have yet. */
  missing(file: string, texts: readonly string[]): readonly string[]
}

async function addTexts(
  ctx: StateContext,
  kind: 'append' | 'prepend',
  { args, missing }: Adding,
): Promise<StateReturn> {
  if (args.name === '') return failure(`Must provide name to file.${kind}`)
  const name = await expandUser(ctx, args.name)
  const outcome = await tried(async () => {
    // What is only planned ends where the file would be made, whatever the texts are.
    const planned = ctx.state.test ? await presentFile(ctx, name, args.makedirs) : undefined
    if (planned !== undefined) return planned
    const texts = await textsOf(ctx, args)
    if (!Array.isArray(texts)) return texts as Result
    const absent = await presentFile(ctx, name, args.makedirs)
    if (absent !== undefined) return absent
    const file = (await readTextFile(ctx, await editedPath(ctx, name))).text
    return changed(ctx, kind, { name, file, lines: missing(file, texts) })
  })
  return { name, ...outcome }
}

async function textsOf(ctx: StateContext, args: SharedValues): Promise<readonly string[] | Result> {
  const found = await sourceTexts(ctx, args)
  if (found !== undefined) return found
  const { text } = args
  if (text === undefined || text === null) return failure('No text found to append. Nothing appended')
  return (Array.isArray(text) ? text : [text]).map(pythonStr)
}

/** Makes the file when it is not there. A result when that cannot be, or would be only planned. */
async function presentFile(ctx: StateContext, name: string, makedirs: boolean): Promise<Result | undefined> {
  if (makedirs && !ctx.state.test && !(await ctx.fs.isDirectory(dirname(name))))
    await makeDirectories(ctx, dirname(name), {})
  const problem = await wrongFile(ctx, name)
  if (problem === undefined) return undefined
  const touched = await touch(ctx, { name, makedirs })
  if (ctx.state.test) return touched
  return (await wrongFile(ctx, name)) === undefined ? undefined : failure(problem)
}

interface Change {
  readonly name: string
  readonly file: string
  readonly lines: readonly string[]
}

async function changed(ctx: StateContext, kind: 'append' | 'prepend', change: Change): Promise<Result> {
  const { name, file, lines } = change
  if (lines.length === 0) return { changes: {}, result: true, comment: `File ${name} is in correct state` }
  const changes = { diff: difference(kind, asText(file), lines) }
  if (ctx.state.test) return { changes, result: null, comment: `File ${name} is set to be updated` }
  await (kind === 'append' ? appendLines : prependLines)(ctx, name, lines)
  const what = kind === 'append' ? 'Appended' : 'Prepended'
  return { changes, result: true, comment: `${what} ${lines.length} lines` }
}

/** As Salt shows it: lines of `append` without their ends, joined by line feeds. */
function difference(kind: 'append' | 'prepend', file: string, lines: readonly string[]): string {
  if (kind === 'append') {
    const before = splitLines(file)
    return unifiedDifference(before, [...before, ...lines]).join('\n')
  }
  const before = splitLines(file, { keepEnds: true })
  return unifiedDifference(before, [...lines.map((line) => `${line}\n`), ...before]).join('')
}
