// SPDX-License-Identifier: Apache-2.0
import type { FileHash, FileQuery, FilesContext } from '@halite/loader'

/** Files whose client is opened at the first use: most functions touch none, and its code takes time to load. */
export class LateFiles implements FilesContext {
  readonly #open: () => Promise<FilesContext>
  #files: Promise<FilesContext> | undefined

  constructor(open: () => Promise<FilesContext>) {
    this.#open = open
  }

  async cachePath(url: string, query?: FileQuery): Promise<string | undefined> {
    return (await this.#opened()).cachePath(url, query)
  }

  async list(prefix: string, query?: FileQuery): Promise<readonly string[]> {
    return (await this.#opened()).list(prefix, query)
  }

  async hash(url: string, query?: FileQuery): Promise<FileHash | undefined> {
    return (await this.#opened()).hash(url, query)
  }

  #opened(): Promise<FilesContext> {
    this.#files ??= this.#open()
    return this.#files
  }
}
