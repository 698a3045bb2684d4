// SPDX-License-Identifier: Apache-2.0
import { type Decoder, Gate, SaltError, type Saltenv, unpack } from '@halite/core'
import { type FileList, type FileRequestName, fileLoads } from '@halite/protocol'
import type {
  FileName,
  FileRange,
  FileSource,
  FoundFile,
  HashedFile,
  ListKind,
  ListOptions,
} from './file-source.ts'

export interface SessionSourceOptions {
  /** One request inside the session. How long its answer is waited for is the session's to say. */
  readonly ask: (name: FileRequestName, load: unknown) => Promise<unknown>
}

interface WantedList<T> {
  readonly saltenv: Saltenv
  readonly form: FileList['form']
  readonly prefix: string | undefined
  readonly read: Decoder<T[]>
}

interface Page<T> {
  readonly revision: string
  readonly pages: number
  readonly items: readonly T[]
}

interface HeldList {
  readonly revision: string
  readonly items: readonly unknown[]
}

/**
 * Ranges that are asked for at a time, whoever fetches: a master queues a few for each session and refuses more, so that jobs which
 * fetch trees at once would keep each other out. As many as one tree asks for.
 */
const rangesAtOnce = 32
/** Lists kept at most. */
const maxHeld = 32
/** How often a list that changes while it is fetched is fetched again. */
const maxTries = 5

/** The files of a master, over a session with it. */
export class SessionSource implements FileSource {
  readonly #options: SessionSourceOptions
  readonly #held = new Map<string, HeldList>()
  readonly #ranges = new Gate(rangesAtOnce)

  constructor(options: SessionSourceOptions) {
    this.#options = options
  }

  async envs(): Promise<readonly Saltenv[]> {
    return fileLoads.envsReplySchema(await this.#ask('_file_envs', {}), 'envs')
  }

  async find(file: FileName): Promise<FoundFile | undefined> {
    const { saltenv, path } = file
    const reply = fileLoads.foundReplySchema(await this.#ask('_file_find', { saltenv, path }), 'found')
    return reply && { saltenv, path, ...reply }
  }

  async findHashed(file: FileName): Promise<HashedFile | undefined> {
    const { saltenv, path } = file
    const reply = fileLoads.hashedReplySchema(
      await this.#ask('_file_hash_and_stat', { saltenv, path }),
      'found',
    )
    return reply && { saltenv, path, ...reply }
  }

  async read({ saltenv, path, version }: FoundFile, { loc, length }: FileRange): Promise<Uint8Array> {
    const load = { saltenv, path, version, loc, length }
    return fileLoads.servedReplySchema(await this.#ranges.run(() => this.#ask('_serve_file', load)), 'served')
  }

  async list(saltenv: Saltenv, kind: ListKind, { prefix }: ListOptions = {}): Promise<readonly string[]> {
    return this.#pages({ saltenv, form: kind, prefix, read: fileLoads.pathItemsSchema })
  }

  async symlinks(saltenv: Saltenv, { prefix }: ListOptions = {}): Promise<Readonly<Record<string, string>>> {
    const read = fileLoads.linkItemsSchema
    const links = await this.#pages({ saltenv, form: 'links', prefix, read })
    return Object.fromEntries(links.map(([path = '', target = '']) => [path, target]))
  }

  async tree(saltenv: Saltenv, { prefix }: ListOptions = {}): Promise<readonly HashedFile[]> {
    const read = fileLoads.treeItemsSchema
    const items = await this.#pages({ saltenv, form: 'tree', prefix, read })
    return items.map((item) => ({ saltenv, ...item }))
  }

  /** All pages of a list, of one revision; what is held of it still is not asked for again. */
  async #pages<T>(wanted: WantedList<T>): Promise<readonly T[]> {
    const key = `${wanted.saltenv}/${wanted.form}/${wanted.prefix ?? ''}`
    for (let tries = 0; tries < maxTries; tries += 1) {
      const held = this.#held.get(key)
      const first = await this.#page(wanted, 0, held?.revision)
      // The key says of which type the items are.
      if (held?.revision === first.revision) return held.items as readonly T[]
      const rest = await Promise.all(
        Array.from({ length: Math.max(0, first.pages - 1) }, (_, index) => this.#page(wanted, index + 1)),
      )
      if (rest.some(({ revision }) => revision !== first.revision)) continue
      const items = [first, ...rest].flatMap((page) => page.items)
      this.#hold(key, { revision: first.revision, items })
      return items
    }
    const { saltenv, form } = wanted
    throw new SaltError('FILE_CHANGED', `the list of ${form} of ${saltenv} changes without a pause`)
  }

  async #page<T>(
    { saltenv, form, prefix, read }: WantedList<T>,
    page: number,
    held?: string,
  ): Promise<Page<T>> {
    const load = { saltenv, form, page, prefix: prefix || null, held: held ?? null }
    const reply = fileLoads.fileListReplySchema(await this.#ask('_file_list', load), 'list')
    const { revision, pages } = reply
    return {
      revision,
      pages,
      items: reply.items === undefined ? [] : read(unpack(reply.items), 'list.items'),
    }
  }

  #hold(key: string, list: HeldList): void {
    this.#held.delete(key)
    this.#held.set(key, list)
    for (const oldest of this.#held.keys()) {
      if (this.#held.size <= maxHeld) return
      this.#held.delete(oldest)
    }
  }

  #ask(name: FileRequestName, load: unknown): Promise<unknown> {
    return this.#options.ask(name, load)
  }
}
