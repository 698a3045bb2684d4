// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto'
import { type FileHandle, mkdir, open, rename, rm, statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type MasterOptions, type MinionId, SaltError, safeJoin, show, systemCodeOf } from '@halite/core'
import type { ReceivedPart } from '@halite/protocol'

/** What says which files are taken, as it is now. */
export type ReceiveLimits = Pick<
  MasterOptions,
  'cachedir' | 'file_recv' | 'file_recv_max_size' | 'file_recv_free_bytes'
>

interface Partial {
  readonly path: string
  readonly handle: FileHandle
  readonly size: number
  done: number
}

/** What is known of a minion that sends files. */
interface Sender {
  /** Files that are not complete, by their place, the oldest first. */
  readonly partials: Map<string, Partial>
  /** Its parts are worked on in the order in which they came. */
  queue: Promise<unknown>
}

/** Files that one minion may send at a time; another one puts an end to the oldest. */
const maxPartials = 4

/**
 * Files that minions send, below `minions/<id>/files` of `cachedir` and nowhere else. A file is collected beside and put in its place
 * when it is complete.
 */
export class ReceivedFiles {
  readonly #limits: () => ReceiveLimits
  readonly #senders = new Map<MinionId, Sender>()

  constructor(limits: () => ReceiveLimits) {
    this.#limits = limits
  }

  /**
   * Takes a part of a file; parts have to follow one another from the first byte on. Rejects with `REQUEST_DENIED` when files are
   * not taken, or not as large ones; with `PATH_UNSAFE`, `REQUEST_INVALID` for a part that does not follow, and `STORE_FAILED`.
   */
  async receive(id: MinionId, part: ReceivedPart): Promise<true> {
    const sender = this.#senders.get(id) ?? { partials: new Map(), queue: Promise.resolve() }
    this.#senders.set(id, sender)
    // The bytes lie in a frame that is used again.
    const own = { ...part, data: Buffer.from(part.data) }
    const received = sender.queue.then(() => this.#receive(id, sender, own))
    sender.queue = received.catch(() => undefined)
    await received
    return true
  }

  /** A minion is gone: what it did not complete goes. */
  async forget(id: MinionId): Promise<void> {
    const sender = this.#senders.get(id)
    this.#senders.delete(id)
    await sender?.queue
    for (const partial of sender?.partials.values() ?? []) await drop(partial)
  }

  /** Ends all that is not complete. */
  async close(): Promise<void> {
    await Promise.all([...this.#senders.keys()].map((id) => this.forget(id)))
  }

  async #receive(id: MinionId, sender: Sender, part: ReceivedPart): Promise<void> {
    this.#check(part)
    const place = this.#placeOf(id, part.path)
    try {
      const partial =
        part.loc === 0
          ? await this.#begin(id, sender, { place, size: part.size })
          : sender.partials.get(place)
      if (partial?.done !== part.loc || partial.size !== part.size) throw notFollowing(part)
      await partial.handle.writeFile(part.data)
      partial.done += part.data.length
      if (partial.done < partial.size) return
      sender.partials.delete(place)
      await complete(partial, place)
    } catch (error) {
      const failed = sender.partials.get(place)
      sender.partials.delete(place)
      if (failed !== undefined) await drop(failed)
      throw kept(error, part)
    }
  }

  #check({ size, loc, data }: ReceivedPart): void {
    const { file_recv, file_recv_max_size } = this.#limits()
    if (!file_recv) {
      throw new SaltError('REQUEST_DENIED', 'this master takes no files of minions', {
        hint: 'Set file_recv: True on the master, if it should.',
      })
    }
    if (size > file_recv_max_size * 1024 * 1024) {
      throw new SaltError('REQUEST_DENIED', `a file of ${size} bytes is too large for this master`, {
        hint: `file_recv_max_size of the master is ${file_recv_max_size} MiB.`,
      })
    }
    if (loc + data.length > size)
      throw new SaltError('REQUEST_INVALID', `the file is larger than the ${size} bytes that were announced`)
  }

  #placeOf(id: MinionId, parts: readonly string[]): string {
    const isPart = (part: string) => part !== '' && part !== '.' && part !== '..' && !/[/\\\0]/.test(part)
    if (parts.length === 0 || !parts.every(isPart))
      throw new SaltError('PATH_UNSAFE', `path ${show(parts.join('/'))} is refused: it is no list of names`)
    return safeJoin(join(this.#directoryOf(id), 'files'), parts.join('/'))
  }

  async #begin(
    id: MinionId,
    sender: Sender,
    { place, size }: { readonly place: string; readonly size: number },
  ): Promise<Partial> {
    const { cachedir, file_recv_free_bytes } = this.#limits()
    const { bavail, bsize } = await statfs(cachedir)
    if (bavail * bsize - size < file_recv_free_bytes)
      throw new SaltError('REQUEST_DENIED', 'the disk of the master has no room for the file')
    const before = sender.partials.get(place)
    const oldest = sender.partials.size >= maxPartials ? sender.partials.keys().next().value : undefined
    for (const each of [before === undefined ? undefined : place, oldest]) {
      const partial = each === undefined ? undefined : sender.partials.get(each)
      if (partial === undefined || each === undefined) continue
      sender.partials.delete(each)
      await drop(partial)
    }
    const directory = join(this.#directoryOf(id), 'receiving')
    // What an earlier process did not complete, nobody goes on with.
    if (sender.partials.size === 0) await rm(directory, { recursive: true, force: true })
    await mkdir(directory, { recursive: true, mode: 0o700 })
    const path = join(directory, randomUUID())
    const partial = { path, handle: await open(path, 'w', 0o600), size, done: 0 }
    sender.partials.set(place, partial)
    return partial
  }

  #directoryOf(id: MinionId): string {
    return join(this.#limits().cachedir, 'minions', id)
  }
}

async function complete({ path, handle }: Partial, place: string): Promise<void> {
  try {
    await handle.close()
    await mkdir(dirname(place), { recursive: true, mode: 0o700 })
    await rename(path, place)
  } catch (error) {
    await rm(path, { force: true })
    throw error
  }
}

async function drop({ path, handle }: Partial): Promise<void> {
  await handle.close().catch(() => undefined)
  await rm(path, { force: true })
}

function notFollowing({ loc }: ReceivedPart): SaltError {
  return new SaltError('REQUEST_INVALID', `a part at byte ${loc} follows none that is here`, {
    hint: 'Send the file again from its beginning.',
  })
}

function kept(error: unknown, { path }: ReceivedPart): unknown {
  const code = systemCodeOf(error)
  if (error instanceof SaltError || code === undefined) return error
  const name = show(path.join('/'))
  const isInTheWay = ['EISDIR', 'ENOTDIR', 'EEXIST', 'ENOTEMPTY'].includes(code)
  const reason = isInTheWay ? 'a file or directory of that name is in the way' : code
  return new SaltError('STORE_FAILED', `the master cannot keep ${name}: ${reason}`, { cause: error })
}
