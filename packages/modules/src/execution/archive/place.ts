// SPDX-License-Identifier: Apache-2.0
import { dirname, join, sep } from 'node:path'
import { systemCodeOf } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { refused } from './members.ts'

const inMemory = 8 * 1024 * 1024

/** The directory that an archive is extracted into: members are put below it, and never through a link that leads out of it. */
export class Destination {
  readonly #ctx: ExecContext
  readonly #directory: string
  #real: string | undefined
  /** Directories that were looked at. */
  readonly #known = new Set<string>()

  constructor(ctx: ExecContext, directory: string) {
    this.#ctx = ctx
    this.#directory = directory
  }

  /** The path of a member. Its directory is made where it is missing. */
  async pathOf(name: string): Promise<string> {
    const path = join(this.#directory, name.replace(/\/+$/, ''))
    const parent = dirname(path)
    if (path !== this.#directory && !this.#known.has(parent)) {
      await this.#ctx.fs.makeDirectory(parent, { parents: true })
      await this.#checkInside(name, parent)
      this.#known.add(parent)
    }
    return path
  }

  /** Makes a directory; a link to one inside of the destination will do. */
  async directory(name: string): Promise<string> {
    const path = await this.pathOf(name)
    const facts = await this.#ctx.fs.stat(path)
    if (facts?.type === 'directory') await this.#checkInside(name, path)
    else await this.#made(name, () => this.#ctx.fs.makeDirectory(path, { parents: true }))
    return path
  }

  /** Writes a file: whole where it is small, else piece by piece beside its place. */
  async file(name: string, content: AsyncIterable<Buffer>, mode: number): Promise<string> {
    const path = await this.pathOf(name)
    await this.#removeLink(path)
    const pieces: Buffer[] = []
    let held = 0
    let part: string | undefined
    for await (const piece of content) {
      pieces.push(piece)
      held += piece.length
      if (held < inMemory) continue
      part ??= join(dirname(path), `.${crypto.randomUUID()}.part`)
      await this.#ctx.fs.append(part, Buffer.concat(pieces.splice(0)))
      held = 0
    }
    await this.#made(name, () => this.#finish(path, { part, rest: Buffer.concat(pieces), mode }))
    return path
  }

  /** Makes a link. What lies at its place, unless it is a directory, is replaced. */
  async link(name: string, target: string): Promise<void> {
    const path = await this.pathOf(name)
    await this.#ctx.fs.remove(path)
    await this.#ctx.fs.link(target, path)
    this.#known.clear()
  }

  /** Gives a member that is there a second name. */
  async hardLink(name: string, target: string): Promise<void> {
    const from = await this.pathOf(target)
    await this.#checkInside(name, from)
    const path = await this.pathOf(name)
    await this.#ctx.fs.remove(path)
    await this.#made(name, () => this.#ctx.fs.hardLink(from, path))
  }

  async #finish(
    path: string,
    { part, rest, mode }: { readonly part: string | undefined; readonly rest: Buffer; readonly mode: number },
  ): Promise<void> {
    const { fs } = this.#ctx
    if (part === undefined) return fs.write(path, rest, { mode, durable: false })
    try {
      if (rest.length > 0) await fs.append(part, rest)
      await fs.setMode(part, mode)
      await fs.rename(part, path)
    } catch (error) {
      await fs.remove(part)
      throw error
    }
  }

  /** A link at the place of a file is replaced, and not written through. */
  async #removeLink(path: string): Promise<void> {
    const { fs } = this.#ctx
    if ((await fs.stat(path, { followLinks: false }))?.type === 'link') await fs.remove(path)
  }

  async #checkInside(name: string, path: string): Promise<void> {
    this.#real ??= await this.#ctx.fs.realPath(this.#directory)
    const real = await this.#ctx.fs.realPath(path)
    if (real === this.#real || real.startsWith(this.#real.endsWith(sep) ? this.#real : `${this.#real}${sep}`))
      return
    throw refused(name, `its place is reached through a link that leads outside, to ${real}`)
  }

  async #made<T>(name: string, make: () => Promise<T>): Promise<T> {
    try {
      return await make()
    } catch (error) {
      const code = systemCodeOf(error)
      if (code === undefined) throw error
      throw refused(name, `it cannot be put in its place (${code})`)
    }
  }
}
