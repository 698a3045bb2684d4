// SPDX-License-Identifier: Apache-2.0
import { relative, sep } from 'node:path'
import { systemCodeOf } from '@halite/core'
import type { ExecContext, HeldDirectory } from '@halite/loader'
import { makeDirectories } from '../file/directories.ts'
import { type Place, placeOf } from '../file/place.ts'
import { refused } from './members.ts'

const inMemory = 256 * 1024
/** Links that lead to one another lead nowhere. */
const maxLinks = 40

/**
 * The directory that an archive is extracted into. Each directory below it is opened from the one above, so that neither a link in the
 * archive nor another user who exchanges a directory meanwhile leads a member outside. To be closed.
 */
export class Destination implements AsyncDisposable {
  readonly #ctx: ExecContext
  readonly #place: Place
  readonly #top: HeldDirectory
  /** Without links. */
  readonly #real: string
  /** Members often share a directory with the one before. */
  #last: { readonly directory: string; readonly held: HeldDirectory } | undefined

  private constructor(ctx: ExecContext, given: { place: Place; top: HeldDirectory; real: string }) {
    this.#ctx = ctx
    this.#place = given.place
    this.#top = given.top
    this.#real = given.real
  }

  /** Opens the directory, and makes it where it is missing. */
  static async open(ctx: ExecContext, directory: string): Promise<Destination> {
    await makeDirectories(ctx, directory, {})
    const place = await placeOf(ctx, directory, { followLinks: true })
    try {
      const top = await ctx.fs.hold(place.path)
      return new Destination(ctx, { place, top, real: await ctx.fs.realPath(top.path) })
    } catch (error) {
      await place.close()
      throw error
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#release()
    await this.#top.close()
    await this.#place.close()
  }

  /** Makes a directory; a link to one inside of the destination will do. Its path is good until the next member. */
  async directory(name: string): Promise<string> {
    const parts = partsOf(name)
    return `${(await this.#enter(name, parts)).path}/.`
  }

  /** Writes a file; a link in its place is replaced. Its path is good until the next member. */
  async file(name: string, content: AsyncIterable<Buffer>, mode: number): Promise<string> {
    const path = await this.#pathOf(name)
    const { fs } = this.#ctx
    // A link is replaced, and gives the file no owner.
    if ((await fs.stat(path, { followLinks: false }))?.type === 'link') await fs.remove(path)
    const data = await wholeIfSmall(content)
    await this.#made(name, () => fs.write(path, data, { mode, durable: false }))
    return path
  }

  /** Makes a link. What lies at its place, unless it is a directory, is replaced. */
  async link(name: string, target: string): Promise<void> {
    const path = await this.#pathOf(name)
    if (await this.#leadsOutside(name, target))
      throw refused(name, `it is a link that leads outside, to ${target}`)
    await this.#ctx.fs.remove(path)
    await this.#ctx.fs.link(target, path)
    // It may lie in what the directory was reached through.
    await this.#release()
  }

  /** Gives a member that is there a second name. */
  async hardLink(name: string, target: string): Promise<void> {
    const parts = partsOf(target)
    const last = parts.pop() ?? '.'
    const held = await this.#walk(name, parts)
    try {
      const path = await this.#pathOf(name)
      await this.#ctx.fs.remove(path)
      await this.#made(name, () => this.#ctx.fs.hardLink(`${held.path}/${last}`, path))
    } finally {
      await this.#close(held)
    }
  }

  /** Where a member is put; its directory is made where it is missing. */
  async #pathOf(name: string): Promise<string> {
    const parts = partsOf(name)
    const last = parts.pop()
    return `${(await this.#enter(name, parts)).path}/${last ?? '.'}`
  }

  async #enter(name: string, parts: readonly string[]): Promise<HeldDirectory> {
    const directory = parts.join('/')
    if (this.#last?.directory === directory) return this.#last.held
    await this.#release()
    const held = await this.#walk(name, parts)
    this.#last = { directory, held }
    return held
  }

  async #walk(name: string, parts: readonly string[]): Promise<HeldDirectory> {
    const steps = [...parts]
    let at = this.#top
    let links = 0
    try {
      for (let step = steps.shift(); step !== undefined; step = steps.shift()) {
        const path = `${at.path}/${step}`
        const next = await this.#made(name, () => this.#holdOrMake(path))
        if (next === undefined) steps.unshift(...(await this.#insideOf(name, path)))
        await this.#close(at)
        at = next ?? this.#top
        if (next === undefined) links += 1
        if (links > maxLinks) throw refused(name, 'its place is reached through too many links')
      }
      return at
    } catch (error) {
      await this.#close(at)
      throw error
    }
  }

  /** Undefined for a link. */
  async #holdOrMake(path: string): Promise<HeldDirectory | undefined> {
    const { fs } = this.#ctx
    const found = await fs.stat(path, { followLinks: false })
    if (found?.type === 'link') return undefined
    if (found === undefined) {
      await fs.makeDirectory(path).catch((error: unknown) => {
        if (systemCodeOf(error) !== 'EEXIST') throw error
      })
    }
    return fs.hold(path)
  }

  /** Where a link leads, from the top. */
  async #insideOf(name: string, link: string): Promise<string[]> {
    const real = await this.#made(name, () => this.#ctx.fs.realPath(link))
    if (this.#isInside(real)) return relative(this.#real, real).split(sep).filter(Boolean)
    throw refused(name, `its place is reached through a link that leads outside, to ${real}`)
  }

  #isInside(real: string): boolean {
    return real === this.#real || real.startsWith(this.#real.endsWith(sep) ? this.#real : this.#real + sep)
  }

  /** As the link lies, and not as its name is written: directories of that name may themselves be links. */
  async #leadsOutside(name: string, target: string): Promise<boolean> {
    const { fs } = this.#ctx
    const parts = partsOf(target)
    const held = await this.#enter(name, partsOf(name).slice(0, -1))
    let depth = relative(this.#real, await fs.realPath(held.path))
      .split(sep)
      .filter(Boolean).length
    let at = held.path
    for (const [index, part] of parts.entries()) {
      at = `${at}/${part}`
      depth += part === '..' ? -1 : 1
      if (depth < 0) return true
      // What stands in front of `..` has to be a directory by now: else a link, or a later member, decides where it leads.
      if (part === '..' || !parts.includes('..', index)) continue
      if ((await fs.stat(at, { followLinks: false }))?.type !== 'directory') return true
    }
    return false
  }

  async #release(): Promise<void> {
    const held = this.#last?.held
    this.#last = undefined
    if (held !== undefined) await this.#close(held)
  }

  async #close(held: HeldDirectory): Promise<void> {
    if (held !== this.#top && held !== this.#last?.held) await held.close()
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

/** What is small is written at once. */
async function wholeIfSmall(content: AsyncIterable<Buffer>): Promise<Buffer | AsyncIterable<Buffer>> {
  const pieces: Buffer[] = []
  let held = 0
  const left = content[Symbol.asyncIterator]()
  for (let next = await left.next(); !next.done; next = await left.next()) {
    pieces.push(next.value)
    held += next.value.length
    if (held > inMemory) return joined(pieces, left)
  }
  return Buffer.concat(pieces)
}

async function* joined(pieces: readonly Buffer[], left: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield* pieces
  for (let next = await left.next(); !next.done; next = await left.next()) yield next.value
}

/** Windows separates by both. */
function partsOf(name: string): string[] {
  const separators = sep === '\\' ? /[/\\]/ : /\//
  return name.split(separators).filter((part) => part !== '' && part !== '.')
}
