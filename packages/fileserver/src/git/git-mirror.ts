// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isSaltError } from '@halite/core'
import { type BlobSink, receiveBlobs } from './blob-stream.ts'
import { accessOf } from './git-access.ts'
import { GitCommand } from './git-command.ts'
import { gitError, isDamageError } from './git-error.ts'
import { type GitRefs, isSameRefs, listRefs, parseRefs } from './git-refs.ts'
import type { GitRemote } from './git-remote.ts'
import { GitTree, type TreeEntry, TreeParser } from './git-tree.ts'
import { targetSink } from './link-targets.ts'
import { mirrorName } from './mirror-name.ts'
import { UpdateLock } from './update-lock.ts'

export interface GitMirrorOptions {
  readonly remote: GitRemote
  /** Where mirrors of this role lie: `<cachedir>/gitfs`. */
  readonly directory: string
  /** `gitfs_global_lock` and `gitfs_lock_timeout`. */
  readonly isLockGlobal: boolean
  readonly lockTimeoutMs: number
  /** A fetch that reports nothing for so long is ended. */
  readonly stallMs?: number
}

const defaultStallMs = 120_000

const noRefs: GitRefs = new Map()

/** A copy of a remote repository on this machine: fetched now and then, read at any time. */
export class GitMirror {
  readonly remote: GitRemote
  readonly lock: UpdateLock
  /** Where the copy lies: named by what is fetched, so that another URL never finds the content of this one. */
  readonly directory: string
  readonly #options: GitMirrorOptions
  readonly #git: GitCommand
  #refs: GitRefs = noRefs
  #isDamaged = false
  #opening: Promise<void> | undefined
  #updating: Promise<boolean> | undefined

  constructor(options: GitMirrorOptions) {
    const { remote, directory, isLockGlobal, lockTimeoutMs } = options
    this.#options = options
    this.remote = remote
    const name = mirrorName(remote)
    this.directory = join(directory, 'remotes', name)
    this.#git = new GitCommand(this.directory)
    this.lock = new UpdateLock({
      what: remote.id,
      path: join(directory, 'work', name, 'update.lk'),
      isGlobal: isLockGlobal,
      timeoutMs: lockTimeoutMs,
    })
  }

  /** Branches (`refs/remotes/origin/…`) and tags (`refs/tags/…`) as they were fetched last. */
  get refs(): GitRefs {
    return this.#refs
  }

  /** Whether what was fetched cannot be read: the next update fetches all of it again. */
  get isDamaged(): boolean {
    return this.#isDamaged
  }

  /** Reads what an earlier process fetched. Never rejects: what cannot be read is fetched again. */
  open(): Promise<void> {
    this.#opening ??= this.#open()
    return this.#opening
  }

  /**
   * Fetches what is new, under the lock. Resolves to whether anything changed. Rejects with `GIT_FAILED`; what was fetched before
   * is then still there.
   */
  update(signal?: AbortSignal): Promise<boolean> {
    // Remotes that differ in what they show of it share it.
    this.#updating ??= this.#update(signal).finally(() => {
      this.#updating = undefined
    })
    return this.#updating
  }

  async #update(signal: AbortSignal | undefined): Promise<boolean> {
    await this.open()
    return this.lock.hold(async () => {
      const before = this.#refs
      try {
        if (this.#isDamaged || !existsSync(join(this.directory, 'HEAD'))) await this.#fetchAll(signal)
        else await this.#fetch(this.#git, signal)
      } catch (error) {
        if (isDamageError(error)) this.#isDamaged = true
        throw error
      }
      const refs = await this.#readRefs(this.#git)
      if (refs.size === 0 && before.size > 0) await this.#restore(before)
      this.#refs = refs
      return !isSameRefs(before, refs)
    })
  }

  /** The revision of a commit, by its full id or at least 7 digits of it; undefined when there is none. */
  async commit(id: string): Promise<{ commit: string; tree: string; time: number } | undefined> {
    if (!/^[0-9a-f]{7,64}$/.test(id)) return undefined
    const input = `${id}^{commit}\n${id}^{tree}\n`
    const [commit, tree] = (await this.#read(['cat-file', '--batch-check'], input)).toString().split('\n')
    const [commitId = '', type] = (commit ?? '').split(' ')
    const [treeId = '', treeType] = (tree ?? '').split(' ')
    if (type !== 'commit' || treeType !== 'tree') return undefined
    const time = (await this.#read(['show', '-s', '--format=%ct', commitId])).toString()
    return { commit: commitId, tree: treeId, time: Number(time.trim().split('\n').at(-1)) }
  }

  /** The object id of a directory of a tree; undefined when there is none. */
  async subtree(tree: string, directory: string): Promise<string | undefined> {
    if (directory === '') return tree
    if (/[\n\0]/.test(directory)) return undefined
    const said = await this.#read(['cat-file', '--batch-check'], `${tree}:${directory}\n`)
    const [id = '', type] = said.toString().trim().split(' ')
    return type === 'tree' ? id : undefined
  }

  /** What a tree holds. Rejects with `GIT_FAILED`. */
  async tree(id: string): Promise<GitTree> {
    const program = this.#git.start(['ls-tree', '-r', '-t', '-l', '-z', id])
    program.stdin.end()
    const parser = new TreeParser()
    for await (const chunk of program.stdout) parser.add(chunk)
    await this.#ended(program.ended, `what ${this.remote.id} holds cannot be listed`)
    return new GitTree(parser.entries, await this.#targets(parser.entries))
  }

  /** Reads blobs into `sink`, in this order. Rejects with `GIT_FAILED`, and as the sink does. */
  async blobs(ids: readonly string[], sink: BlobSink): Promise<void> {
    const program = this.#git.start(['cat-file', '--batch'])
    program.stdin.end(ids.map((id) => `${id}\n`).join(''))
    try {
      await receiveBlobs(program.stdout, sink)
    } catch (error) {
      program.stdout.destroy()
      await program.ended.catch(() => undefined)
      throw error
    }
    await this.#ended(program.ended, `files of ${this.remote.id} cannot be read`)
  }

  /** Something that was fetched is not there, or cannot be read. */
  noteDamage(): void {
    this.#isDamaged = true
  }

  /** Removes the copy. */
  async clear(): Promise<void> {
    await rm(this.directory, { recursive: true, force: true })
    this.#refs = noRefs
    this.#isDamaged = false
  }

  async #open(): Promise<void> {
    if (!existsSync(join(this.directory, 'HEAD'))) return
    try {
      this.#refs = await this.#readRefs(this.#git)
    } catch (error) {
      if (!isSaltError(error)) throw error
      this.#isDamaged = true
    }
  }

  /** To git a page that a proxy puts in place of a repository is one without branches. */
  async #restore(refs: GitRefs): Promise<never> {
    const lines = [...refs].map(([name, { commit }]) => `update ${name} ${commit}\n`)
    await this.#git.read(['update-ref', '--stdin'], lines.join(''))
    throw gitError(`${this.remote.id} cannot be fetched`, 'it has no branches and no tags any more')
  }

  /** Everything, beside what is there: that is used until all is here. */
  async #fetchAll(signal: AbortSignal | undefined): Promise<void> {
    const fresh = `${this.directory}.new`
    const old = `${this.directory}.old`
    for (const each of [fresh, old]) await rm(each, { recursive: true, force: true })
    await mkdir(dirname(fresh), { recursive: true, mode: 0o700 })
    const git = new GitCommand(fresh)
    await git.init()
    try {
      await this.#fetch(git, signal)
      await this.#readRefs(git)
    } catch (error) {
      await rm(fresh, { recursive: true, force: true })
      throw error
    }
    if (existsSync(this.directory)) await rename(this.directory, old)
    await rename(fresh, this.directory)
    this.#isDamaged = false
    await rm(old, { recursive: true, force: true })
  }

  async #fetch(git: GitCommand, signal: AbortSignal | undefined): Promise<void> {
    const { remote } = this
    const args = [
      'fetch',
      '--prune',
      '--force',
      '--progress',
      '--no-recurse-submodules',
      '--no-write-fetch-head',
    ]
    if (remote.depth > 0) args.push(`--depth=${remote.depth}`)
    await git.goOut([...args, 'origin'], accessOf(remote, dirname(this.lock.path)), {
      shown: remote.id,
      stallMs: this.#options.stallMs ?? defaultStallMs,
      signal,
    })
  }

  async #readRefs(git: GitCommand): Promise<GitRefs> {
    return parseRefs((await git.read(listRefs)).toString('utf8'))
  }

  /** What links point at is their content. */
  async #targets(entries: readonly TreeEntry[]): Promise<ReadonlyMap<string, string>> {
    const ids = [...new Set(entries.filter(({ kind }) => kind === 'link').map(({ oid }) => oid))]
    const targets = new Map<string, string>()
    if (ids.length > 0) await this.blobs(ids, targetSink(targets))
    return targets
  }

  async #read(args: readonly string[], input?: string): Promise<Buffer> {
    try {
      return await this.#git.read(args, input)
    } catch (error) {
      if (isDamageError(error)) this.noteDamage()
      throw error
    }
  }

  async #ended(
    ended: Promise<{ readonly retcode: number; readonly stderr: string }>,
    doing: string,
  ): Promise<void> {
    const { retcode, stderr } = await ended
    if (retcode === 0) return
    this.noteDamage()
    throw gitError(doing, stderr)
  }
}
