// SPDX-License-Identifier: Apache-2.0
import { fstat, read } from 'node:fs'
import { promisify } from 'node:util'
import { SaltError, type Saltenv, systemClock, type Timers } from '@halite/core'
import {
  type FileName,
  type FileRange,
  type FileSource,
  type FoundFile,
  type HashedFile,
  type ListKind,
  type ListOptions,
  maxRangeBytes,
} from '../file-source.ts'
import { KeptDescriptors } from './kept-descriptors.ts'
import { unreadable, versionOf } from './open-file.ts'
import { type RootsOptions, RootsReader } from './roots-reader.ts'

const readLate = promisify(read)
const statLate = promisify(fstat)

/** `file_roots`: directories of this machine. */
export class RootsSource implements FileSource {
  readonly #reader: RootsReader
  readonly #kept: KeptDescriptors

  constructor(options: RootsOptions, timers: Timers = systemClock) {
    this.#reader = new RootsReader(options)
    this.#kept = new KeptDescriptors({ timers, most: 64, keepMs: 2000 })
  }

  async envs(): Promise<readonly Saltenv[]> {
    return this.#reader.envs()
  }

  async find(file: FileName): Promise<FoundFile | undefined> {
    return this.#reader.find(file)
  }

  async findHashed(file: FileName): Promise<HashedFile | undefined> {
    return this.#reader.findHashed(file)
  }

  async read(file: FoundFile, { loc, length }: FileRange): Promise<Uint8Array> {
    const key = `${file.saltenv}/${file.path}/${file.version}`
    if (!this.#kept.has(key)) this.#open(file, key)
    const wanted = Math.max(0, Math.min(length, maxRangeBytes, file.size - loc))
    return this.#kept.use(key, async (descriptor) => {
      const bytes = await this.#readFully(descriptor, { file, loc, length: wanted })
      const version = versionOf(await statLate(descriptor, { bigint: true }))
      if (version === file.version && bytes.length === wanted) return bytes
      this.#kept.drop(key)
      throw changed(file)
    })
  }

  async list(_saltenv: Saltenv, _kind: ListKind, _options?: ListOptions): Promise<readonly string[]> {
    return []
  }

  async symlinks(): Promise<Readonly<Record<string, string>>> {
    return {}
  }

  async tree(): Promise<readonly HashedFile[]> {
    return []
  }

  /** Closes the files that are kept open. */
  close(): void {
    this.#kept.close()
  }

  #open(file: FoundFile, key: string): void {
    const opened = this.#reader.open(file)
    if (opened === undefined) throw changed(file)
    this.#kept.add(key, opened.descriptor)
    if (opened.found.version === file.version) return
    this.#kept.drop(key)
    throw changed(file)
  }

  async #readFully(
    descriptor: number,
    { file, loc, length }: FileRange & { readonly file: FoundFile },
  ): Promise<Buffer> {
    const bytes = Buffer.allocUnsafeSlow(length)
    let done = 0
    try {
      while (done < length) {
        const { bytesRead } = await readLate(descriptor, bytes, done, length - done, loc + done)
        if (bytesRead === 0) break
        done += bytesRead
      }
    } catch (error) {
      throw unreadable(file.localPath ?? file.path, error)
    }
    return bytes.subarray(0, done)
  }
}

/** The error of a file that is not what it was when it was found. */
export function changed({ saltenv, path }: FileName): SaltError {
  return new SaltError('FILE_CHANGED', `salt://${path} of ${saltenv} changed while it was read`)
}
