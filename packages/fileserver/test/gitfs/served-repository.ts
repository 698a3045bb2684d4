// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path'
import { parseSaltenv, parseSaltPath } from '@halite/core'
import { type FoundFile, type GitfsOptions, GitfsSource, pieces } from '@halite/fileserver'
import { removeTemporaryDirectory, temporaryDirectory } from '@halite/testing'
import { Repository } from '../git/repository.ts'
import { gitfsOptions } from './gitfs-options.ts'

/** A repository in a directory of its own, and a source that serves it. Whoever makes it closes it. */
export class ServedRepository {
  readonly directory = temporaryDirectory('halite-gitfs')
  readonly repository = new Repository(join(this.directory, 'repository'))
  readonly url = `file://${this.repository.directory}`
  #source: GitfsSource | undefined

  get source(): GitfsSource {
    if (this.#source === undefined) throw new Error('it is not open')
    return this.#source
  }

  /** Serves these remotes, in place of those before, and fetches them. */
  async open(remotes: readonly unknown[], more: Partial<GitfsOptions> = {}): Promise<void> {
    await this.start(remotes, more)
    await this.update()
  }

  /** The same without a fetch. */
  async start(remotes: readonly unknown[], more: Partial<GitfsOptions> = {}): Promise<void> {
    await this.#source?.close()
    this.#source = new GitfsSource({
      options: gitfsOptions({ gitfs_remotes: remotes, ...more }),
      directory: join(this.directory, 'gitfs'),
    })
  }

  /** Fetches all; resolves to whether anything changed. */
  async update(): Promise<boolean> {
    const changed: boolean[] = []
    for (const part of this.source.parts) changed.push(await this.source.update(part))
    return changed.includes(true)
  }

  find(path: string, saltenv = 'base'): Promise<FoundFile | undefined> {
    return this.source.find({ saltenv: parseSaltenv(saltenv), path: parseSaltPath(path) })
  }

  async content(path: string, saltenv = 'base'): Promise<string | undefined> {
    const file = await this.find(path, saltenv)
    return file && this.read(file)
  }

  async read(file: FoundFile): Promise<string> {
    const parts: Uint8Array[] = []
    for await (const piece of pieces(this.source, file, { pieceBytes: 7 })) parts.push(piece)
    return Buffer.concat(parts).toString()
  }

  files(saltenv = 'base'): Promise<readonly string[]> {
    return this.source.list(parseSaltenv(saltenv), 'files')
  }

  async close(): Promise<void> {
    await this.#source?.close()
    removeTemporaryDirectory(this.directory)
  }
}
