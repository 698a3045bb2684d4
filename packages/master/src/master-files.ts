// SPDX-License-Identifier: Apache-2.0
import type { MasterOptions } from '@halite/core'
import { FileServer, type FileSource, fileReaderEntry, RootsSource } from '@halite/fileserver'

export interface MasterFilesParts {
  readonly options: MasterOptions
  /** The entry of threads that read what is served; default that of the compiled package. */
  readonly thread: string | URL | undefined
}

/** What a master serves: its backends, in the order of `fileserver_backend`. */
export class MasterFiles {
  readonly source: FileSource
  readonly #roots: RootsSource

  constructor({ options, thread = fileReaderEntry }: MasterFilesParts) {
    this.#roots = new RootsSource({ options, thread })
    this.source = new FileServer([{ name: 'roots', source: this.#roots }])
  }

  /** Options changed. */
  refresh(): void {
    void this.#roots.refresh()
  }

  async close(): Promise<void> {
    await this.#roots.close()
  }
}
