// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto'
import { posix } from 'node:path'
import { buffer } from 'node:stream/consumers'
import type { FileFacts, MachineFiles } from '@halite/loader'

/** A file as a case writes it: its text, or what else it is. */
export type FakeFile =
  | string
  | { readonly text?: string; readonly mode?: number }
  | { readonly directory: true; readonly mode?: number }
  | { readonly link: string }

interface Node {
  readonly type: 'file' | 'directory' | 'link'
  readonly data: Buffer
  readonly target: string
  mode: number
  owner: readonly [uid: number, gid: number]
}

const mostLinks = 20

/** Files that exist in memory: those that a case names, and the directories above them. */
export class FakeFiles {
  readonly #nodes = new Map<string, Node>()
  readonly #before: Map<string, Node>

  constructor(files: Readonly<Record<string, FakeFile>>) {
    this.#nodes.set('/', directory())
    for (const [path, file] of Object.entries(files)) {
      this.#makeParents(path)
      this.#nodes.set(path, nodeOf(file))
    }
    this.#before = new Map([...this.#nodes].map(([path, node]) => [path, { ...node }]))
  }

  /** Texts of files that are new or have another content. */
  get written(): Readonly<Record<string, string>> {
    const changed = [...this.#nodes].filter(
      ([path, { type, data }]) => type === 'file' && !this.#before.get(path)?.data.equals(data),
    )
    return Object.fromEntries(changed.map(([path, { data }]) => [path, data.toString('utf8')]))
  }

  /** Paths that were there before, sorted. */
  get removed(): readonly string[] {
    return [...this.#before.keys()].filter((path) => !this.#nodes.has(path)).sort()
  }

  /** Writes a file, as a program does. */
  put(path: string, text: string): void {
    this.#makeParents(path)
    this.#nodes.set(path, nodeOf(text))
  }

  /** Puts a copy of a fetched file there, which counts as having been there before. */
  cache(path: string, text: string): void {
    this.put(path, text)
    this.#before.set(path, nodeOf(text))
  }

  readonly files: MachineFiles = {
    read: async (path) => {
      const found = this.#node(path)
      if (found.type === 'directory') throw failure('EISDIR', path)
      return Buffer.from(found.data)
    },
    write: async (path, data, { mode } = {}) => {
      const before = this.#nodes.get(this.#resolve(path))
      const bytes =
        typeof data === 'string' || data instanceof Uint8Array ? Buffer.from(data) : await buffer(data)
      this.#place(path, { ...nodeOf(''), data: bytes, mode: mode ?? before?.mode ?? 0o644 })
    },
    hash: async (path, algorithm) =>
      createHash(algorithm)
        .update(await this.files.read(path))
        .digest('hex'),
    readRange: async (path, offset, length) =>
      (await this.files.read(path)).subarray(offset, offset + length),
    writeRange: async (path, offset, data) => {
      const before = await this.files.read(path)
      const after = Buffer.alloc(Math.max(before.length, offset + data.length))
      before.copy(after)
      after.set(data, offset)
      await this.files.write(path, after)
      return data.length
    },
    truncate: async (path, length) => {
      const after = Buffer.alloc(length)
      ;(await this.files.read(path)).copy(after)
      await this.files.write(path, after)
    },
    append: async (path, data) => {
      const before = this.#nodes.get(this.#resolve(path)) ?? nodeOf('')
      this.#place(path, { ...before, data: Buffer.concat([before.data, Buffer.from(data)]) })
    },
    stat: async (path, { followLinks = true } = {}) => {
      const found = this.#nodes.get(this.#resolve(path, followLinks))
      return found && factsOf(found)
    },
    isReadable: async (path) => this.#nodes.has(this.#resolve(path)),
    isWritable: async (path) => this.#nodes.has(this.#resolve(path)),
    isExecutable: async (path) => ((this.#nodes.get(this.#resolve(path))?.mode ?? 0) & 0o111) !== 0,
    fileSystem: async (path) => {
      this.#node(path)
      return { bsize: 4096, blocks: 1000, bfree: 500, bavail: 400, files: 100, ffree: 50 }
    },
    hold: async (path) => {
      if (this.#node(path, false).type !== 'directory') throw failure('ENOTDIR', path)
      return { path, close: () => Promise.resolve() }
    },
    list: async (path) => {
      const at = this.#resolve(path)
      if (this.#node(path).type !== 'directory') throw failure('ENOTDIR', path)
      const below = [...this.#nodes.keys()].filter((name) => name !== at && posix.dirname(name) === at)
      return below.map((name) => posix.basename(name)).sort()
    },
    readLink: async (path) => {
      const found = this.#node(path, false)
      if (found.type !== 'link') throw failure('EINVAL', path)
      return found.target
    },
    realPath: async (path) => {
      this.#node(path)
      return this.#resolve(path)
    },
    makeDirectory: async (path, { mode = 0o755, parents = false } = {}) => {
      if (parents) this.#makeParents(path)
      if (this.#nodes.has(this.#resolve(path))) {
        if (parents) return
        throw failure('EEXIST', path)
      }
      this.#place(path, { ...directory(), mode })
    },
    makeFile: async (path, { mode = 0o644 } = {}) => {
      if (this.#nodes.has(this.#resolve(path))) throw failure('EEXIST', path)
      this.#place(path, { ...nodeOf(''), mode })
    },
    link: async (target, path) => this.#place(path, nodeOf({ link: target })),
    hardLink: async (target, path) => this.#place(path, this.#node(target)),
    rename: async (from, to) => {
      const found = this.#node(from, false)
      this.#nodes.delete(this.#resolve(from, false))
      this.#place(to, found)
    },
    copy: async (from, to) => this.files.write(to, await this.files.read(from)),
    replace: async (path, from, options) => this.files.write(path, await this.files.read(from), options),
    remove: async (path, { recursive = false } = {}) => {
      const at = this.#resolve(path, false)
      const below = [...this.#nodes.keys()].filter((name) => name.startsWith(`${at}/`))
      if (this.#nodes.get(at)?.type === 'directory' && !recursive) throw failure('EISDIR', path)
      for (const name of [at, ...below]) this.#nodes.delete(name)
    },
    removeDirectory: async (path) => {
      if (this.#node(path, false).type !== 'directory') throw failure('ENOTDIR', path)
      if ((await this.files.list(path)).length > 0) throw failure('ENOTEMPTY', path)
      this.#nodes.delete(this.#resolve(path, false))
    },
    setMode: async (path, mode) => {
      this.#plain(path).mode = mode
    },
    setOwner: async (path, uid, gid) => {
      this.#plain(path).owner = [uid, gid]
    },
    setLinkOwner: async (path, uid, gid) => {
      this.#node(path, false).owner = [uid, gid]
    },
    setTimes: async (path) => {
      this.#node(path)
    },
  }

  /** The node at a path; one that is changed by descriptor is no link. */
  #plain(path: string): Node {
    const found = this.#node(path, false)
    if (found.type === 'link') throw failure('ELOOP', path)
    return found
  }

  #node(path: string, followLinks = true): Node {
    const found = this.#nodes.get(this.#resolve(path, followLinks))
    if (found === undefined) throw failure('ENOENT', path)
    return found
  }

  #place(path: string, node: Node): void {
    const at = this.#resolve(path)
    if (this.#nodes.get(posix.dirname(at))?.type !== 'directory') throw failure('ENOENT', path)
    this.#nodes.set(at, node)
  }

  #makeParents(path: string): void {
    const above = posix.dirname(posix.normalize(path))
    if (this.#nodes.has(above)) return
    this.#makeParents(above)
    this.#nodes.set(above, directory())
  }

  /** The path without links; the last part may be one when they are not followed. */
  #resolve(path: string, followLast = true, links = 0): string {
    if (links > mostLinks) throw failure('ELOOP', path)
    const parts = posix
      .normalize(path)
      .split('/')
      .filter((part) => part !== '')
    let at = '/'
    for (const [index, part] of parts.entries()) {
      at = posix.join(at, part)
      const node = this.#nodes.get(at)
      if (node?.type !== 'link' || (index === parts.length - 1 && !followLast)) continue
      const rest = parts.slice(index + 1).join('/')
      return this.#resolve(
        posix.join(posix.resolve(posix.dirname(at), node.target), rest),
        followLast,
        links + 1,
      )
    }
    return at
  }
}

function directory(): Node {
  return { type: 'directory', data: Buffer.alloc(0), target: '', mode: 0o755, owner: [0, 0] }
}

function nodeOf(file: FakeFile): Node {
  if (typeof file === 'string') return nodeOf({ text: file })
  if ('directory' in file) return { ...directory(), mode: file.mode ?? 0o755 }
  if ('link' in file) return { ...directory(), type: 'link', target: file.link, mode: 0o777 }
  return { ...directory(), type: 'file', data: Buffer.from(file.text ?? ''), mode: file.mode ?? 0o644 }
}

function factsOf({ type, data, mode, owner: [uid, gid] }: Node): FileFacts {
  const times = { atimeMs: 0, mtimeMs: 0, ctimeMs: 0 }
  return { type, size: data.length, mode, uid, gid, ...times, ino: 0, dev: 0, rdev: 0, nlink: 1 }
}

function failure(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: '${path}'`), { code })
}
