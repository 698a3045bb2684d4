// SPDX-License-Identifier: Apache-2.0
import { isAbsolute, join } from 'node:path'
import { pythonStr } from '@halite/core'
import { arg, type StateContext } from '@halite/loader'
import { removeAt } from '../../execution/file/place.ts'
import { type Remote, redacted, remoteOf } from '../../execution/git/login.ts'
import { pathOf, type Repository } from '../../execution/git/repository.ts'
import { type GitAround, runGit } from '../../execution/git/run-git.ts'
import type { Result } from '../file/result.ts'
import { anything } from '../file/shared-arguments.ts'
import type { Progress } from './result.ts'

/** The user that git runs as. */
export const userArguments = {
  user: arg.string('The user that git runs as.').optional(),
  password: arg.string('Password of that user, on Windows.').optional(),
}

/** Who asks for the repository. */
export const accessArguments = {
  identity: anything(
    'Private key of ssh, a path or a URL of the file server; of a list one after the other is tried.',
  ),
  https_user: arg.string('User for https.').optional(),
  https_pass: arg
    .string('Password for https. It is given to git in its environment, and kept nowhere.')
    .optional(),
}

/** The encoding of what git prints. */
export const output_encoding = arg
  .string('The encoding of what git prints; default that of the system.')
  .optional()

/** Makes what `Repository` and `runGit` want of the arguments of a state. */
export function aroundOf(
  ctx: StateContext,
  args: {
    readonly user?: string | undefined
    readonly password?: string | undefined
    readonly identity?: unknown
    readonly output_encoding?: string | undefined
  },
): GitAround {
  const { user, password, identity, output_encoding: encoding } = args
  return { user, password, identity: identity ?? null, output_encoding: encoding, saltenv: ctx.state.saltenv }
}

/** Why a private key cannot be meant; undefined when it can. */
export async function wrongIdentity(ctx: StateContext, identity: unknown): Promise<string | undefined> {
  if (identity === undefined || identity === null) return undefined
  if (typeof identity !== 'string' && !Array.isArray(identity))
    return 'identity must be either a list or a string'
  for (const one of (Array.isArray(identity) ? identity : [identity]).map(pythonStr)) {
    if (one.startsWith('salt://')) continue
    if (!isAbsolute(await pathOf(ctx, one, undefined)) || !/^[/~]/.test(one))
      return `identity '${one}' is not an absolute path`
  }
  return undefined
}

/** Whether a directory is a repository or a worktree. */
export async function isRepository(
  ctx: StateContext,
  repository: Repository,
  bare: boolean,
): Promise<boolean> {
  if (await ctx.fs.isDirectory(join(repository.path, bare ? 'refs' : '.git'))) return true
  return repository.isWorktree()
}

/** Makes room for a clone; a result says that there is none, or, with `test`, what would be removed. */
export async function makeRoom(
  ctx: StateContext,
  progress: Progress,
  { target, name, force }: { readonly target: string; readonly name: string; readonly force: boolean },
): Promise<Result | undefined> {
  if (!(await ctx.fs.isDirectory(target))) return undefined
  const contents = await ctx.fs.list(target)
  if (!force) {
    if (contents.length === 0) return undefined
    return progress.failed(
      `Target '${target}' exists, is non-empty and is not a git repository. Set the 'force_clone' option to True to remove this directory's contents and proceed with cloning the remote repository`,
    )
  }
  if (ctx.state.test) {
    progress.changes['forced clone'] = true
    progress.changes['new'] = `${name} => ${target}`
    return progress.planned(
      `Target directory ${target} exists. Since force_clone=True, the contents of ${target} would be deleted, and ${name} would be cloned into this directory.`,
    )
  }
  for (const one of contents) await removeAt(ctx, join(target, one), { recursive: true })
  progress.changes['forced clone'] = true
  return undefined
}

/** Clones a repository. */
export async function cloneTo(
  ctx: StateContext,
  target: string,
  {
    from,
    words,
    around,
  }: { readonly from: Remote; readonly words: readonly string[]; readonly around: GitAround },
): Promise<void> {
  const login = from.login && { url: from.url, as: from.login }
  await runGit(ctx, ['clone', ...words, '--', from.url, target], { ...around, cwd: '/tmp', login })
}

/** Whether a remote leads to a URL: who asks is no part of it, unless it is another one than is asked for. */
export function leadsTo(stored: string | undefined, wanted: Remote): boolean {
  if (stored === undefined) return false
  const there = remoteOf(stored)
  if (there.url !== wanted.url) return false
  return (
    there.login === undefined ||
    (there.login.user === wanted.login?.user && there.login.password === wanted.login.password)
  )
}

/** A URL as messages show it. */
export function shownUrl(url: string): string {
  return redacted(url)
}
