// SPDX-License-Identifier: Apache-2.0
import { messageOf, SaltError } from '@halite/core'
import type { RootDatabase } from 'lmdb'
import { watchCommits } from './commit-watch.ts'

/** Something that is to be in the next commit. */
export interface Write {
  /** Hands it to the database; may not be called twice. The promise is the database's own. */
  put(): Promise<unknown>
  /** Whether a transaction that is begun now reads it. */
  isVisible(): boolean
}

export interface CommitOptions {
  /** What was committed could not be flushed to the disk: it is safe from the end of the process, not from that of the machine. */
  readonly onUnflushed?: (error: Error) => void
  /** The first of a row of commits failed: the disk may be full. */
  readonly onFailing?: (error: Error) => void
  /** After those a commit went well again. */
  readonly onRecovered?: () => void
}

/** How long a write that is in no hurry waits for others to share its commit. */
const gatherMs = 50
/** As many are committed without waiting for more. */
const maxGathered = 2048

/** Writes that are handed over together, and so are committed together. */
class Group {
  readonly writes: Write[] = []
  readonly committed: Promise<void>
  resolve: () => void = () => undefined
  reject: (error: Error) => void = () => undefined

  constructor() {
    this.committed = new Promise((resolve, reject) => {
      this.resolve = resolve
      this.reject = reject
    })
  }
}

/**
 * Gathers writes, so that a call costs one commit and not two, and tells when they are committed: in the file, where they
 * outlive this process. The flush to the disk follows; the database waits for it before it tells anything itself, and that
 * is most of what its promises take.
 */
export class Commits {
  readonly #root: RootDatabase<Buffer, string>
  readonly #onUnflushed: (error: Error) => void
  readonly #onFailing: (error: Error) => void
  readonly #onRecovered: () => void
  #isFailing = false
  readonly #stopWatching: () => void
  /** Handed over, not seen to be committed; oldest first. */
  readonly #underWay = new Set<Group>()
  #gathering: Group | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(root: RootDatabase<Buffer, string>, options: CommitOptions = {}) {
    const {
      onUnflushed = () => undefined,
      onFailing = () => undefined,
      onRecovered = () => undefined,
    } = options
    this.#root = root
    this.#onUnflushed = onUnflushed
    this.#onFailing = onFailing
    this.#onRecovered = onRecovered
    this.#stopWatching = watchCommits(root, () => this.#look())
  }

  /**
   * Takes a write. One that somebody waits for is handed over at once, with all that were gathered before it; the others
   * within milliseconds. Resolves when it is committed; rejects with `STORE_FAILED`.
   */
  add(write: Write, { isUrgent }: { readonly isUrgent: boolean }): Promise<void> {
    this.#gathering ??= this.#beginGroup()
    const { writes, committed } = this.#gathering
    writes.push(write)
    if (isUrgent || writes.length >= maxGathered) this.#handOver()
    return committed
  }

  /** Resolves when everything that was added until now is committed, or has failed to be. */
  async settled(): Promise<void> {
    if (this.#gathering === undefined && this.#underWay.size === 0) return
    this.#handOver()
    await Promise.allSettled([...this.#underWay].map(({ committed }) => committed))
  }

  /** Resolves when nothing is under way any more; to be called before the database is closed, and nothing added after it. */
  async close(): Promise<void> {
    await this.settled()
    this.#stopWatching()
  }

  #beginGroup(): Group {
    const group = new Group()
    // Each `add` hands the promise on; who of them looks at it is not known here.
    group.committed.catch(() => undefined)
    this.#timer = setTimeout(() => this.#handOver(), gatherMs)
    return group
  }

  #handOver(): void {
    const group = this.#gathering
    if (group === undefined) return
    this.#gathering = undefined
    clearTimeout(this.#timer)
    this.#underWay.add(group)
    void this.#put(group)
  }

  async #put(group: Group): Promise<void> {
    try {
      await Promise.all(group.writes.map((write) => write.put()))
      this.#settle(group)
    } catch (thrown) {
      this.#fail(group, await failureOf(thrown))
    }
  }

  /** Something was committed. What a group's last write is in, or before, its others are in. */
  #look(): void {
    if (this.#underWay.size === 0) return
    this.#root.resetReadTxn()
    for (const group of this.#underWay) {
      if (group.writes.at(-1)?.isVisible() !== true) return
      this.#settle(group)
    }
  }

  #settle(group: Group): void {
    if (!this.#underWay.delete(group)) return
    if (this.#isFailing) this.#onRecovered()
    this.#isFailing = false
    group.resolve()
  }

  #fail(group: Group, error: Error): void {
    if (!this.#underWay.delete(group)) {
      this.#onUnflushed(error)
      return
    }
    if (!this.#isFailing) this.#onFailing(error)
    this.#isFailing = true
    group.reject(error)
  }
}

/** What the database threw, as `STORE_FAILED`. Its error only says where the reason is: in another promise, which rejects with it. */
export async function failureOf(thrown: unknown): Promise<Error> {
  const told = thrown instanceof Error && 'commitError' in thrown ? thrown.commitError : undefined
  const cause = await Promise.resolve(told).then(
    () => thrown,
    (reason: unknown) => reason,
  )
  return new SaltError('STORE_FAILED', `the job store cannot be written: ${reasonOf(cause)}`, { cause })
}

/** The database puts what it was doing and numbers of its own behind the reason. */
function reasonOf(cause: unknown): string {
  const [reason = ''] = messageOf(cause).split(/:\s/)
  return reason.trim()
}
