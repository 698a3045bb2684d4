// SPDX-License-Identifier: Apache-2.0
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { HashType } from '../hash-file.ts'
import type { BlobSink } from './blob-stream.ts'
import { ContentSums } from './content-sums.ts'
import type { TreeFile } from './git-tree.ts'

/** Which contents are written, and where. */
export interface BlobWriterOptions {
  readonly files: readonly TreeFile[]
  readonly hashType: HashType
  readonly pathOf: (oid: string) => string
  /** A content is at its place; `hsum` is its hash. */
  readonly onWritten: (oid: string, hsum: string) => void
}

/** Writes contents beside their places and renames them when they are whole. */
export class BlobWriter implements BlobSink {
  readonly #options: BlobWriterOptions
  readonly #files: ReadonlyMap<string, TreeFile>
  #current: { oid: string; path: string; handle: FileHandle; sums: ContentSums } | undefined

  constructor(options: BlobWriterOptions) {
    this.#options = options
    this.#files = new Map(options.files.map((file) => [file.oid, file]))
  }

  async begin(oid: string, size: number): Promise<void> {
    if (this.#files.get(oid)?.size !== size) return
    const path = `${this.#options.pathOf(oid)}.${process.pid}.part`
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    const handle = await open(path, 'w', 0o600)
    this.#current = { oid, path, handle, sums: new ContentSums(oid, size, this.#options.hashType) }
  }

  async write(bytes: Buffer): Promise<void> {
    if (this.#current === undefined) return
    const { handle, sums } = this.#current
    sums.add(bytes)
    await handle.appendFile(bytes)
  }

  async end(): Promise<void> {
    if (this.#current === undefined) return
    const { oid, path, handle, sums } = this.#current
    this.#current = undefined
    await handle.close()
    if (sums.isRight()) {
      await rename(path, this.#options.pathOf(oid))
      this.#options.onWritten(oid, sums.hsum())
    } else await rm(path, { force: true })
  }

  missing(): void {
    // It stays without an answer, and is reported at the end.
  }

  /** Removes what is not whole. */
  async abandon(): Promise<void> {
    if (this.#current === undefined) return
    const { path, handle } = this.#current
    this.#current = undefined
    await handle.close()
    await rm(path, { force: true })
  }
}
