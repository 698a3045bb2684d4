// SPDX-License-Identifier: Apache-2.0
import { isAbsolute } from 'node:path'
import { isSaltError } from '@halite/core'
import type { StateContext, StateReturn } from '@halite/loader'
import { remoteOf } from '../../execution/git/login.ts'
import { Repository, reasonOf, remoteRefs } from '../../execution/git/repository.ts'
import { nameWord } from '../../execution/git/words.ts'
import { failure, type Result } from '../file/result.ts'
import { cloneLatest } from './clone-latest.ts'
import { aroundOf, isRepository, shownUrl, wrongIdentity } from './common.ts'
import type { Latest, LatestValues } from './latest-arguments.ts'
import { findRemoteRev } from './remote-rev.ts'
import { Progress } from './result.ts'
import { updateBare, updateLatest } from './update-latest.ts'

/** `git.latest`. */
export async function manageLatest(ctx: StateContext, args: LatestValues): Promise<StateReturn> {
  const progress = new Progress(ctx)
  try {
    const latest = await prepare(ctx, args)
    if ('result' in latest) return { ...latest, name: args.name }
    const isThere = await isRepository(ctx, latest.repository, latest.bare)
    const result = !isThere
      ? await cloneLatest(ctx, latest, progress)
      : latest.bare
        ? await updateBare(ctx, latest, progress)
        : await updateLatest(ctx, latest, progress)
    return { ...result, name: args.name }
  } catch (error) {
    if (!isSaltError(error)) throw error
    return { ...progress.failed(reasonOf(error)), name: args.name }
  }
}

async function prepare(ctx: StateContext, args: LatestValues): Promise<Latest | Result> {
  const { name, target, rev, remote } = args
  const bare = args.bare || args.mirror
  if (remote === '') return failure("'remote' argument is required")
  if (target === '') return failure("'target' argument is required")
  if (rev === '') return failure("'' is not a valid value for the 'rev' argument")
  const forceReset = args.force_reset ?? false
  if (typeof forceReset !== 'boolean' && forceReset !== 'remote-changes')
    return failure("'force_reset' must be one of True, False, or 'remote-changes'")
  if (!isAbsolute(target)) return failure(`target '${target}' is not an absolute path`)
  for (const [given, what] of [
    [rev, 'revision'],
    [args.branch ?? '', 'branch'],
    [remote, 'remote'],
  ] as const)
    nameWord(given, what)
  const wrong = await wrongIdentity(ctx, args.identity)
  if (wrong !== undefined) return failure(wrong)
  if (await ctx.fs.isFile(target))
    return failure(`Target '${target}' exists and is a regular file, cannot proceed`)
  if (rev !== 'HEAD' && bare) return failure("'rev' is not compatible with the 'mirror' and 'bare' arguments")
  const from = remoteOf(name, args)
  const around = aroundOf(ctx, args)
  let refs: Record<string, string>
  try {
    refs = await remoteRefs(ctx, from, { ...around, cwd: '/tmp' })
  } catch (error) {
    return failure(`Failed to check remote refs: ${reasonOf(error)}`)
  }
  const wanted = findRemoteRev(refs, { rev, remote })
  if (args.depth !== undefined && wanted?.type !== 'branch' && wanted?.type !== 'tag')
    return failure(
      "When 'depth' is used, 'rev' must be set to the name of a branch or tag on the remote repository",
    )
  if (wanted === undefined) return failure(`No revision matching '${rev}' exists in the remote repository`)
  const repository = new Repository(ctx, target, around)
  return { args, shownName: shownUrl(name), from, around, repository, wanted, bare, forceReset }
}
