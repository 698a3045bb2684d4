// SPDX-License-Identifier: Apache-2.0
import { join, relative } from 'node:path'
import { systemCodeOf } from '@halite/core'
import type { StateContext } from '@halite/loader'
import type { Contents } from '../../execution/archive/list.ts'
import { gidOf, uidOf } from '../../execution/file/accounts.ts'
import { placeOf } from '../../execution/file/place.ts'
import { walk } from '../../execution/file/walk.ts'
import type { Wanted } from './wanted.ts'

/** What came of giving owners. */
export interface Ownership {
  readonly isChanged: boolean
  readonly missing: readonly string[]
  readonly failed: readonly string[]
}

/** Gives what is on top of an archive, with all below it, its owners; links are changed and not followed. */
export async function giveOwners(ctx: StateContext, wanted: Wanted, contents: Contents): Promise<Ownership> {
  const { user, group, name, args } = wanted
  const missing: string[] = []
  const failed: string[] = []
  if (user === undefined && group === undefined) return { isChanged: false, missing, failed }
  const uid = user === undefined ? undefined : await uidOf(ctx, user)
  const gid = group === undefined ? undefined : await gidOf(ctx, group)
  const tops = args.enforce_ownership_on
    ? [args.enforce_ownership_on]
    : [...contents.top_level_dirs, ...contents.top_level_files, ...contents.top_level_links].map((one) =>
        join(name, one),
      )
  let isChanged = false
  for (const top of tops.map((path) => path.replace(/(?<=.)\/$/, ''))) {
    if ((await ctx.fs.stat(top, { followLinks: false })) === undefined) {
      if (!ctx.state.test) missing.push(top)
      continue
    }
    for await (const { path, at } of everythingFrom(ctx, top)) {
      try {
        isChanged = (await giveOwner(ctx, at, { uid, gid })) || isChanged
      } catch (error) {
        if (systemCodeOf(error) === undefined) throw error
        failed.push(path)
      }
    }
  }
  return { isChanged, missing, failed }
}

interface Found {
  /** How it is named. */
  readonly path: string
  /** Where it is reached, whatever another user puts in the place of a directory above it. */
  readonly at: string
}

async function* everythingFrom(ctx: StateContext, top: string): AsyncGenerator<Found> {
  const place = await placeOf(ctx, top, { followLinks: false })
  try {
    yield { path: top, at: place.path }
    if ((await ctx.fs.stat(place.path, { followLinks: false }))?.type !== 'directory') return
    for await (const { path, held, directories, files } of walk(ctx, place.path)) {
      for (const name of [...directories, ...files])
        yield { path: join(top, relative(place.path, path), name), at: `${held}/${name}` }
    }
  } finally {
    await place.close()
  }
}

interface Owner {
  readonly uid: number | undefined
  readonly gid: number | undefined
}

async function giveOwner(ctx: StateContext, path: string, { uid, gid }: Owner): Promise<boolean> {
  const there = await ctx.fs.stat(path, { followLinks: false })
  if (there === undefined) return false
  const [user, group] = [uid ?? there.uid, gid ?? there.gid]
  if (user === there.uid && group === there.gid) return false
  if (!ctx.state.test) {
    if (there.type === 'link') await ctx.fs.setLinkOwner(path, user, group)
    else await ctx.fs.setOwner(path, user, group)
  }
  return true
}
