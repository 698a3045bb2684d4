// SPDX-License-Identifier: Apache-2.0
import { isSaltError } from '@halite/core'
import type { StateContext, StateReturn } from '@halite/loader'
import { backUp, keepsBackup } from '../../execution/file/backups.ts'
import { atPlace, removeAt } from '../../execution/file/place.ts'
import { failure } from '../file/result.ts'
import { manageFilePart, partsOf } from './file-part.ts'

/** What is found at the place of a file, and what of it is not as asked. */
export interface Examined<T> {
  /** Undefined for what cannot be read as what it is to be. */
  readonly current?: T | undefined
  readonly changes: Record<string, unknown>
  /** Whether what is there is something else. */
  readonly replace?: boolean
}

/** A file that holds a key, a certificate, a request or a list. */
export interface Encoded<T> {
  readonly name: string
  /** Such as `The certificate`. */
  readonly title: string
  readonly encoding: string
  readonly fileArgs: Readonly<Record<string, unknown>>
  /** Looks at what is there. */
  readonly examine: (path: string) => Promise<Examined<T>>
  /** What the file is to hold, when it changes. */
  readonly make: (current: T | undefined, changes: Readonly<Record<string, unknown>>) => Promise<Buffer>
  /** Whether a file that is there counts as recreated, though it could not be read. */
  readonly countsAnyFile?: boolean
}

/** Makes a file hold what it is to hold, and tells what of it changed. */
export async function manageEncoded<T>(ctx: StateContext, wanted: Encoded<T>): Promise<StateReturn> {
  try {
    return { ...(await managed(ctx, wanted)), name: wanted.name }
  } catch (error) {
    if (!isSaltError(error)) throw error
    return { ...failure(error.message), name: wanted.name }
  }
}

async function managed<T>(ctx: StateContext, wanted: Encoded<T>): Promise<StateReturn> {
  const { name, title, fileArgs } = wanted
  const file = { ...fileArgs, name }
  const planned = await manageFilePart(ctx, file, { test: true, replace: false })
  const done = (result: Partial<StateReturn>, ...parts: readonly StateReturn[]) => ({
    changes: {},
    result: true,
    comment: `${title} is in the correct state`,
    ...result,
    sub_state_run: partsOf(ctx, name, parts),
  })
  if (planned.result === false) {
    const comment = 'Problem while testing file.managed changes, see its output'
    return done({ result: false, comment }, planned)
  }
  if (planned.comment.includes('is not present and is not set for creation')) return done({}, planned)
  const found = await lookAt(ctx, wanted)
  const { changes } = found
  const isChanged = Object.keys(changes).length > 0
  if (!isChanged && planned.result === true && Object.keys(planned.changes).length === 0)
    return done({}, planned)
  if (ctx.state.test) {
    const comment = isChanged ? { comment: `${title} would have been ${found.verb}d` } : {}
    return done({ changes, result: isChanged ? null : true, ...comment }, planned)
  }
  const bytes = isChanged ? await wanted.make(found.current, changes) : undefined
  const part = await put(ctx, wanted, { ...found, bytes })
  if (part.result === false) {
    const verb = found.current === undefined ? 'create' : 'update'
    return done({ result: false, comment: `Could not ${verb} file, see file.managed output` }, part)
  }
  return done({ changes, ...(isChanged && { comment: `${title} has been ${found.verb}d` }) }, part)
}

interface Found<T> {
  readonly path: string
  readonly isForeignLink: boolean
  readonly current: T | undefined
  readonly changes: Record<string, unknown>
  readonly verb: 'create' | 'recreate'
}

/** Follows a link where that is asked for; else what is there is a link, and is replaced. */
async function lookAt<T>(ctx: StateContext, wanted: Encoded<T>): Promise<Found<T>> {
  const { name, fileArgs } = wanted
  const isLink = (await ctx.fs.stat(name, { followLinks: false }))?.type === 'link'
  const isForeignLink = isLink && fileArgs['follow_symlinks'] === false
  const isThere = !isForeignLink && (await ctx.fs.isFile(name))
  const path = isLink && isThere ? await ctx.fs.realPath(name) : name
  const found: Examined<T> = isThere ? await wanted.examine(path) : { changes: { created: name } }
  const replaced = isForeignLink || found.replace === true ? { replaced: name } : {}
  const isAgain = found.current !== undefined || (wanted.countsAnyFile === true && isThere)
  return {
    path,
    isForeignLink,
    current: found.current,
    changes: { ...found.changes, ...replaced },
    verb: isAgain ? 'recreate' : 'create',
  }
}

interface Put {
  readonly path: string
  readonly isForeignLink: boolean
  readonly bytes: Buffer | undefined
}

/** Texts are written by `file.managed` itself; it makes the file that holds other bytes. */
async function put<T>(
  ctx: StateContext,
  { name, encoding, fileArgs }: Encoded<T>,
  { path, isForeignLink, bytes }: Put,
): Promise<StateReturn> {
  const file = { ...fileArgs, name }
  if (isForeignLink && bytes !== undefined) await removeAt(ctx, name)
  const isText = encoding.endsWith('pem')
  if (isText && bytes !== undefined)
    return manageFilePart(ctx, file, { contents: bytes.toString(), replace: true })
  const part = await manageFilePart(ctx, file, { replace: false })
  if (part.result === false || bytes === undefined) return part
  const before = await ctx.fs.stat(path)
  if (before !== undefined && keepsBackup(ctx, fileArgs['backup'])) await backUp(ctx, path)
  await atPlace(ctx, path, { followLinks: false, work: (place) => ctx.fs.write(place, bytes) })
  return part
}
