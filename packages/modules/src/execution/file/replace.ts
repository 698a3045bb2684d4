// SPDX-License-Identifier: Apache-2.0
import { SaltError } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { Regex, readReplacement, substitute } from '@halite/targeting'
import { expandUser, realPath } from './paths.ts'
import { atPlace } from './place.ts'
import { putContent } from './put.ts'
import { escapeRegex, flagBits, regexOptions } from './regex-flags.ts'
import { backupExtension, copyBeside } from './side-copy.ts'
import { asBytes, bytesDifference, editedBytes, readTextFile } from './text-file.ts'

/** What `file.replace` is asked for. */
export interface Replacing {
  readonly pattern: string
  readonly repl: string
  readonly count: number
  readonly flags: unknown
  readonly append_if_not_found: boolean
  readonly prepend_if_not_found: boolean
  readonly not_found_content?: string | undefined
  readonly backup: unknown
  readonly dry_run: boolean
  readonly search_only: boolean
  readonly show_changes: boolean
  readonly ignore_if_missing: boolean
  readonly backslash_literal: boolean
}

/** `file.replace`: the difference that it makes, or with `show_changes` false whether it makes one. */
export async function replaceInFile(
  ctx: ExecContext,
  given: string,
  wanted: Replacing,
): Promise<string | boolean> {
  const path = await pathOf(ctx, given, wanted.ignore_if_missing)
  if (path === undefined) return false
  refuseContradictions(wanted)
  const regex = new Regex(wanted.pattern, { ...regexOptions(flagBits(wanted.flags)), alphabet: 'bytes' })
  const file = await readTextFile(ctx, path)
  const { text } = file
  if (wanted.search_only) return regex.test(text)
  const after = replaced(text, regex, wanted)
  const data = editedBytes(file, after)
  if (after !== text && !wanted.dry_run) {
    await keepOld(ctx, { given, path, backup: wanted.backup })
    await putContent(ctx, path, data)
  }
  return wanted.show_changes ? bytesDifference(text, after) : after !== text
}

/** `file.search`: whether a pattern matches anywhere in a file. */
export async function searchFile(
  ctx: ExecContext,
  given: string,
  {
    pattern,
    flags,
    ignoreIfMissing = false,
  }: {
    readonly pattern: string
    readonly flags: unknown
    readonly ignoreIfMissing?: boolean
  },
): Promise<boolean> {
  const path = await pathOf(ctx, given, ignoreIfMissing)
  if (path === undefined) return false
  const regex = new Regex(pattern, { ...regexOptions(flagBits(flags)), alphabet: 'bytes' })
  return regex.test((await readTextFile(ctx, path)).text)
}

/** The file that is meant, links followed; undefined where there is none and none is needed. */
async function pathOf(ctx: ExecContext, given: string, isOptional: boolean): Promise<string | undefined> {
  const path = await realPath(ctx, await expandUser(ctx, given))
  if (await ctx.fs.exists(path)) return path
  if (isOptional) return undefined
  throw new SaltError('ARGUMENTS_INVALID', `File not found: ${path}`)
}

function refuseContradictions(wanted: Replacing): void {
  const { search_only, append_if_not_found, prepend_if_not_found } = wanted
  if (search_only && (append_if_not_found || prepend_if_not_found))
    throw new SaltError('ARGUMENTS_INVALID', 'search_only cannot be used with append/prepend_if_not_found')
  if (append_if_not_found && prepend_if_not_found)
    throw new SaltError('ARGUMENTS_INVALID', 'Only one of append and prepend_if_not_found is permitted')
}

function replaced(before: string, regex: Regex, wanted: Replacing): string {
  const { repl, count, backslash_literal, append_if_not_found, prepend_if_not_found } = wanted
  const replacement = backslash_literal ? [asBytes(repl)] : readReplacement(asBytes(repl), regex)
  const { text, count: found } = substitute(regex, before, { replacement, count: Math.max(0, count) })
  if (found > 0 || !(append_if_not_found || prepend_if_not_found) || holdsContent(before, wanted)) return text
  const content = `${asBytes(wanted.not_found_content ?? repl)}\n`
  if (prepend_if_not_found) return content + before
  return before === '' || before.endsWith('\n') ? before + content : `${before}\n${content}`
}

/** Whether an earlier run put the content there, on a line of its own. */
function holdsContent(text: string, { repl, not_found_content, flags }: Replacing): boolean {
  const content = escapeRegex(not_found_content || repl)
  const line = new Regex(`^${content}($|(?=\r\n))`, { ...regexOptions(flagBits(flags)), alphabet: 'bytes' })
  return line.test(text)
}

/** Keeps a copy, and beside a link a link to it. */
async function keepOld(
  ctx: ExecContext,
  { given, path, backup }: { readonly given: string; readonly path: string; readonly backup: unknown },
): Promise<void> {
  const extension = backupExtension(backup)
  if (extension === undefined) return
  await copyBeside(ctx, path, extension)
  const link = await expandUser(ctx, given)
  if ((await ctx.fs.stat(link, { followLinks: false }))?.type !== 'link') return
  const target = `${await ctx.fs.readLink(link)}${extension}`
  const work = async (place: string) => {
    await ctx.fs.remove(place)
    await ctx.fs.link(target, place)
  }
  await atPlace(ctx, `${link}${extension}`, { followLinks: false, work })
}
