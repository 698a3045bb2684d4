// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path'
import { isSaltError, SaltError } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { allAccounts } from '../file/accounts.ts'
import { expandUser } from '../file/paths.ts'
import type { WordsResult } from '../parts/run-words.ts'
import { type Remote, redacted } from './login.ts'
import { type GitAround, type GitCall, runGit } from './run-git.ts'

/** The URLs of a remote. */
export type RemoteUrls = Readonly<Record<'fetch' | 'push', string>>

/** What a fetch brought, in Salt's words. */
export interface Fetched {
  readonly 'new branches'?: readonly string[]
  readonly 'new tags'?: readonly string[]
  readonly 'updated branches'?: Readonly<Record<string, { readonly old: string; readonly new: string }>>
  readonly 'updated tags'?: readonly string[]
}

/** A repository on this machine, as a user sees it. */
export class Repository {
  readonly path: string
  readonly #ctx: ExecContext
  readonly #around: GitAround

  constructor(ctx: ExecContext, path: string, around: GitAround) {
    this.#ctx = ctx
    this.path = path
    this.#around = around
  }

  /** The repository at a path, which may begin with `~` or be relative to the home of the user. */
  static async at(ctx: ExecContext, given: string, around: GitAround): Promise<Repository> {
    return new Repository(ctx, await pathOf(ctx, given, around.user), around)
  }

  /** Runs git in it. */
  run(words: readonly string[], more: Partial<GitCall> = {}): Promise<WordsResult> {
    const { identity: _, ...local } = this.#around
    const around = more.identity === undefined ? local : this.#around
    return runGit(this.#ctx, words, { ...around, cwd: this.path, ...more })
  }

  /** What a command prints. */
  async text(words: readonly string[], more: Partial<GitCall> = {}): Promise<string> {
    return (await this.run(words, more)).stdout
  }

  /** What a command prints; undefined when it fails. */
  async textIf(words: readonly string[]): Promise<string | undefined> {
    const { retcode, stdout } = await this.run(words, { failhard: false, ignore_retcode: true })
    return retcode === 0 ? stdout : undefined
  }

  /** The commit that a name stands for; undefined for one that there is not. */
  commitOf(rev: string): Promise<string | undefined> {
    return this.textIf(['rev-parse', '--verify', '--quiet', `${rev}^{commit}`])
  }

  /** The branch that is checked out, `HEAD` when none is; undefined in an empty repository. */
  branch(): Promise<string | undefined> {
    return this.textIf(['rev-parse', '--abbrev-ref', 'HEAD'])
  }

  /** Names below `refs/heads/`, `refs/remotes/` or `refs/tags/`. */
  async names(kind: 'heads' | 'remotes' | 'tags'): Promise<readonly string[]> {
    return lines(await this.text(['for-each-ref', '--format', '%(refname:short)', `refs/${kind}/`]))
  }

  /** Its remotes and their URLs, as they stand in its configuration. */
  async remotes(): Promise<Record<string, RemoteUrls>> {
    const found: Record<string, { fetch: string; push: string }> = {}
    for (const line of lines(await this.text(['remote', '--verbose']))) {
      const [, name = '', url = '', action = ''] = /^(\S+)\s+(.*)\s+\((fetch|push)\)/.exec(line) ?? []
      if (action === 'fetch' || action === 'push')
        found[name] = { ...(found[name] ?? { fetch: url, push: url }), [action]: url }
    }
    return found
  }

  /** Whether it is a worktree of another repository. */
  async isWorktree(): Promise<boolean> {
    if (!(await this.#ctx.fs.isDirectory(this.path))) return false
    const top = await this.textIf(['rev-parse', '--show-toplevel'])
    if (top === undefined || !(await this.#ctx.fs.isFile(join(top, '.git')))) return false
    return /^gitdir:\s+\//.test(await this.#ctx.fs.readText(join(top, '.git')))
  }

  /** Fetches, and tells what came of it. */
  async fetch(
    words: readonly string[],
    { before = [], ...more }: Partial<GitCall> & { readonly before?: readonly string[] } = {},
  ): Promise<Fetched> {
    return fetchedOf(await this.text([...before, 'fetch', ...words], { ...more, redirect: true }))
  }
}

/** A path as git functions read it: `~` and what is relative begin in the home of the user. */
export async function pathOf(ctx: ExecContext, given: string, user: string | undefined): Promise<string> {
  if (given.startsWith('~')) return expandUser(ctx, given)
  if (given.startsWith('/') || ctx.platform === 'win32') return given
  const home = user === undefined ? undefined : (await allAccounts(ctx)).homes.get(user)
  return join(home ?? (await expandUser(ctx, '~')), given)
}

/** The refs of a remote, and what each stands for. */
export async function remoteRefs(
  ctx: ExecContext,
  { url, login }: Remote,
  {
    words = [],
    filter,
    ...call
  }: Partial<GitCall> & { readonly words?: readonly string[]; readonly filter?: string | undefined },
): Promise<Record<string, string>> {
  const argv = ['ls-remote', ...words, '--', url, ...(filter ? [filter] : [])]
  const { stdout } = await runGit(ctx, argv, { ...call, ...(login && { login: { url, as: login } }) })
  const refs = lines(stdout).map((line) => /^(\S+)\s+(.*)$/.exec(line) ?? [])
  return Object.fromEntries(refs.map(([, sha = '', name = '']) => [name, sha]))
}

/** The lines of a text; none of an empty one. */
export function lines(text: string): readonly string[] {
  return text === '' ? [] : text.split(/\r?\n/)
}

/** What git said, without the command that it said it of. */
export function reasonOf(error: unknown): string {
  if (!isSaltError(error)) throw error
  return redacted(error.message.replace(/^Command '[^']*(?:'[^']*)*?' failed: /s, ''))
}

/** The words of an error of git, whatever it is. */
export function gitFailure(message: string): SaltError {
  return new SaltError('COMMAND_FAILED', message)
}

function fetchedOf(output: string): Fetched {
  const pattern = /^[\s*]*(?:([0-9a-f]+)\.\.([0-9a-f]+)|\[(?:new (tag|branch)|tag update)\])\s+(.+)->/
  const found: Record<string, unknown> = {}
  const push = (key: string, name: string) => {
    found[key] = [...((found[key] as string[] | undefined) ?? []), name]
  }
  for (const line of lines(output)) {
    const match = pattern.exec(line)
    if (match === null) continue
    const [, old, next, kind, written = ''] = match
    const name = written.trimEnd()
    if (kind !== undefined) push(kind === 'tag' ? 'new tags' : 'new branches', name)
    else if (old !== undefined)
      found['updated branches'] = {
        ...(found['updated branches'] as object | undefined),
        [name]: { old, new: next },
      }
    else push('updated tags', name)
  }
  return found
}
