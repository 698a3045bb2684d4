// SPDX-License-Identifier: Apache-2.0
import { parseSaltPath, type Saltenv } from '@halite/core'
import { type FileRequestName, fileLoads } from '@halite/protocol'
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
  /** One request inside the session; as `PeerChannel.request`. */
  readonly ask: (name: FileRequestName, load: unknown, timeoutMs: number) => Promise<unknown>
  /** How long one answer is waited for. Default 60 s. */
  readonly timeoutMs?: number
}

/** The files of a master, over a session with it. */
export class SessionSource implements FileSource {
  readonly #options: SessionSourceOptions

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
    return fileLoads.servedReplySchema(await this.#ask('_serve_file', load), 'served')
  }

  async list(_saltenv: Saltenv, _kind: ListKind, _options?: ListOptions): Promise<readonly string[]> {
    return []
  }

  async symlinks(): Promise<Readonly<Record<string, string>>> {
    return {}
  }

  async tree(): Promise<readonly HashedFile[]> {
    return [].map((path) => parseSaltPath(path)) as never
  }

  #ask(name: FileRequestName, load: unknown): Promise<unknown> {
    const { ask, timeoutMs = 60_000 } = this.#options
    return ask(name, load, timeoutMs)
  }
}
