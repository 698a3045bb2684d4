// SPDX-License-Identifier: Apache-2.0
import { parseSaltPath, SaltError, type Saltenv } from '@halite/core'
import type {
  FileName,
  FileRange,
  FileSource,
  FoundFile,
  HashedFile,
  ListKind,
  ListOptions,
} from './file-source.ts'
import { hashBytes } from './hash-file.ts'

interface Stored {
  readonly bytes: Uint8Array
  readonly version: string
}

/** Files in memory: what tests of everything above hand to it. A file that is written again is another version. */
export class MemorySource implements FileSource {
  readonly #environments = new Map<Saltenv, Map<string, Stored>>()
  #writes = 0

  /** Adds or replaces files of an environment: path → content. Throws `PATH_UNSAFE`. */
  write(saltenv: Saltenv, files: Readonly<Record<string, string | Uint8Array>>): void {
    const stored = this.#filesOf(saltenv)
    for (const [path, content] of Object.entries(files)) {
      this.#writes += 1
      stored.set(parseSaltPath(path), { bytes: Buffer.from(content), version: String(this.#writes) })
    }
    this.#environments.set(saltenv, stored)
  }

  /** Removes a file. */
  remove({ saltenv, path }: FileName): void {
    this.#filesOf(saltenv).delete(path)
  }

  async envs(): Promise<readonly Saltenv[]> {
    return [...this.#environments.keys()].sort()
  }

  async find(file: FileName): Promise<FoundFile | undefined> {
    const stored = this.#filesOf(file.saltenv).get(file.path)
    return stored && found(file, stored)
  }

  async findHashed(file: FileName): Promise<HashedFile | undefined> {
    const stored = this.#filesOf(file.saltenv).get(file.path)
    return stored && hashed(file, stored)
  }

  async read(file: FoundFile, { loc, length }: FileRange): Promise<Uint8Array> {
    const stored = this.#filesOf(file.saltenv).get(file.path)
    if (stored?.version === file.version) return new Uint8Array(stored.bytes.subarray(loc, loc + length))
    throw new SaltError('FILE_CHANGED', `salt://${file.path} of ${file.saltenv} changed while it was read`)
  }

  async list(
    saltenv: Saltenv,
    kind: ListKind,
    { prefix = '' }: ListOptions = {},
  ): Promise<readonly string[]> {
    const paths = [...this.#filesOf(saltenv).keys()]
    const listed = kind === 'files' ? paths : kind === 'dirs' ? paths.flatMap(parentsOf) : []
    return [...new Set(listed)].filter((path) => path.startsWith(prefix)).sort()
  }

  async symlinks(): Promise<Readonly<Record<string, string>>> {
    return {}
  }

  async tree(saltenv: Saltenv, { prefix = '' }: ListOptions = {}): Promise<readonly HashedFile[]> {
    const files = [...this.#filesOf(saltenv)].filter(([path]) => path.startsWith(prefix)).sort()
    return files.map(([path, stored]) => hashed({ saltenv, path: parseSaltPath(path) }, stored))
  }

  #filesOf(saltenv: Saltenv): Map<string, Stored> {
    return this.#environments.get(saltenv) ?? new Map()
  }
}

function found({ saltenv, path }: FileName, { bytes, version }: Stored): FoundFile {
  return { saltenv, path, size: bytes.length, mode: 0o644, mtime: 0, version }
}

function hashed(file: FileName, stored: Stored): HashedFile {
  return { ...found(file, stored), hash_type: 'sha256', hsum: hashBytes(stored.bytes, 'sha256') }
}

function parentsOf(path: string): string[] {
  const parts = path.split('/')
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'))
}
