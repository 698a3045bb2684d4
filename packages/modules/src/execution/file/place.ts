// SPDX-License-Identifier: Apache-2.0
import { dirname, isAbsolute, resolve } from 'node:path'
import { isTrustedOwner, SaltError, systemCodeOf } from '@halite/core'
import type { ExecContext, FileFacts, HeldDirectory, WriteFileOptions } from '@halite/loader'

/** A path as it is reached: nobody who may rename what lies above it leads us elsewhere. */
export interface Place {
  /** What it ends with is no link, unless links are not followed. */
  readonly path: string
  close(): Promise<void>
}

export interface PlaceOptions {
  /** Whether a link at the very end is followed. */
  readonly followLinks: boolean
}

/** A kernel gives up after as many. */
const maxLinks = 40
const sticky = 0o1000
/** What `fs.hold` gave stays what it is. */
const heldPath = /^\/proc\/self\/fd\/\d+(?=\/)/

/**
 * Walks to a path, and holds each directory that another user could exchange. Links of other users are followed only to what
 * belongs to the same user: whoever may write a directory has no say in what root changes elsewhere. What the path ends with need
 * not be there. Rejects with the system's error where a directory is missing, and with COMMAND_FAILED for such a link.
 */
export async function placeOf(
  ctx: Pick<ExecContext, 'fs' | 'platform'>,
  given: string,
  { followLinks }: PlaceOptions,
): Promise<Place> {
  // What is absolute stays as it is: `/.` at its end means something.
  const path = isAbsolute(given) ? given : resolve(given)
  if (ctx.platform !== 'linux') return unheld(ctx, path, followLinks)
  const whole = isAbsolute(path) ? path : resolve(path)
  const walk = new Descent(ctx, whole, heldPath.exec(whole)?.[0] ?? '/')
  try {
    return await walk.place(followLinks)
  } catch (error) {
    await walk.close()
    throw error
  }
}

/** Does something at a place, and lets go of it. Errors of the system name the path that was given. */
export async function atPlace<T>(
  ctx: Pick<ExecContext, 'fs' | 'platform'>,
  path: string,
  { followLinks, work }: PlaceOptions & { readonly work: (path: string) => Promise<T> },
): Promise<T> {
  const place = await placeOf(ctx, path, { followLinks })
  try {
    return await work(place.path)
  } catch (error) {
    throw named(error, place.path, path)
  } finally {
    await place.close()
  }
}

/** Removes what lies at a path, and not what another user puts in the place of a directory above it. Nothing there is no error. */
export async function removeAt(
  ctx: Pick<ExecContext, 'fs' | 'platform'>,
  path: string,
  options: { readonly recursive?: boolean } = {},
): Promise<void> {
  try {
    await atPlace(ctx, path, { followLinks: false, work: (place) => ctx.fs.remove(place, options) })
  } catch (error) {
    if (!['ENOENT', 'ENOTDIR'].includes(systemCodeOf(error) ?? '')) throw error
  }
}

/** Writes a file as a whole; a link in its place is replaced. */
export async function writeAt(
  ctx: Pick<ExecContext, 'fs' | 'platform'>,
  path: string,
  { data, ...options }: WriteFileOptions & { readonly data: string | Uint8Array },
): Promise<void> {
  await atPlace(ctx, path, { followLinks: false, work: (place) => ctx.fs.write(place, data, options) })
}

/** A system's error with the path that people know. */
function named(error: unknown, place: string, path: string): unknown {
  if (error instanceof Error && systemCodeOf(error) !== undefined)
    error.message = error.message.replaceAll(`${dirname(place)}/`, `${dirname(path)}/`)
  return error
}

async function unheld({ fs }: Pick<ExecContext, 'fs'>, path: string, followLinks: boolean): Promise<Place> {
  const isLink = followLinks && (await fs.stat(path, { followLinks: false }))?.type === 'link'
  return { path: isLink ? await fs.realPath(path) : path, close: () => Promise.resolve() }
}

/** A component of a path that is still ahead. */
interface Step {
  readonly name: string
  /** The links of other users that end with it. */
  readonly of: readonly ForeignLink[]
}

/** A link that another user made, or could exchange. */
interface ForeignLink {
  readonly path: string
  readonly uid: number
}

class Descent {
  readonly #fs: ExecContext['fs']
  readonly #given: string
  readonly #steps: Step[]
  #at: string
  /** Of the directory that was reached. */
  #directory: FileFacts | undefined
  #held: HeldDirectory | undefined
  #links = 0

  constructor({ fs }: Pick<ExecContext, 'fs'>, path: string, start: string) {
    this.#fs = fs
    this.#given = path
    this.#at = start
    this.#steps = stepsOf(path.slice(start.length))
  }

  async place(followLinks: boolean): Promise<Place> {
    for (;;) {
      const step = this.#steps.shift()
      if (step === undefined) return this.#ended('.')
      const isLast = this.#steps.length === 0
      const path = `${this.#at === '/' ? '' : this.#at}/${step.name}`
      const found = await this.#fs.stat(path, { followLinks: false })
      if (found?.type === 'link' && (followLinks || !isLast)) {
        await this.#follow(path, step, found)
        continue
      }
      await this.#refuseForeign(step, found)
      if (isLast && step.name !== '..') return this.#ended(step.name)
      await this.#enter(path, step, found)
    }
  }

  async close(): Promise<void> {
    await this.#held?.close()
  }

  #ended(name: string): Place {
    return { path: `${this.#at === '/' ? '' : this.#at}/${name}`, close: () => this.close() }
  }

  async #enter(path: string, { name }: Step, found: FileFacts | undefined): Promise<void> {
    const isFixed = found !== undefined && name !== '..' && !(await this.#isExchangeable(found))
    const held = isFixed ? undefined : await this.#hold(path)
    if (held !== undefined) {
      await this.close()
      this.#held = held
    }
    this.#at = held?.path ?? path
    this.#directory = isFixed ? found : undefined
  }

  /** Undefined for a directory that may be entered and not read: only its name leads there. */
  async #hold(path: string): Promise<HeldDirectory | undefined> {
    try {
      return await this.#fs.hold(path)
    } catch (error) {
      if (systemCodeOf(error) === 'EACCES') return undefined
      throw error
    }
  }

  /** Whether another user may put something else in the place of what lies in the directory. */
  async #isExchangeable(found: FileFacts): Promise<boolean> {
    this.#directory ??= await this.#fs.stat(this.#at)
    const directory = this.#directory
    if (directory === undefined || !isTrustedOwner(directory.uid)) return true
    if ((directory.mode & 0o002) === 0 && ((directory.mode & 0o020) === 0 || directory.gid === 0))
      return false
    return (directory.mode & sticky) === 0 || !isTrustedOwner(found.uid)
  }

  async #follow(path: string, { of }: Step, found: FileFacts): Promise<void> {
    this.#links += 1
    if (this.#links > maxLinks) throw systemError('ELOOP', `too many symbolic links in ${this.#given}`)
    const target = await this.#fs.readLink(path)
    const again = await this.#fs.stat(path, { followLinks: false })
    // Whoever renames a link changes its ctime: what was read is the text of the link that was found.
    if (again?.ino !== found.ino || again.ctimeMs !== found.ctimeMs)
      throw new SaltError('COMMAND_FAILED', `${this.#given} was exchanged while it was looked at`)
    const links = isTrustedOwner(found.uid) ? of : [...of, { path, uid: found.uid }]
    const steps = stepsOf(target)
    const last = steps.pop()
    this.#steps.unshift(...steps, ...(last === undefined ? [] : [{ ...last, of: links }]))
    if (!target.startsWith('/')) return
    await this.close()
    this.#held = undefined
    this.#at = '/'
    this.#directory = undefined
    if (last === undefined) await this.#refuseForeign({ name: '.', of: links }, await this.#fs.stat('/'))
  }

  /** What is not there counts as what would hold it. */
  async #refuseForeign({ of }: Step, found: FileFacts | undefined): Promise<void> {
    if (of.length === 0) return
    const owner = (found ?? (await this.#fs.stat(this.#at)))?.uid
    const wrong = of.find(({ uid }) => uid !== owner)
    if (wrong === undefined) return
    throw new SaltError(
      'COMMAND_FAILED',
      `${this.#given} leads through a link of user ${wrong.uid} to what belongs to user ${owner}`,
      { hint: 'Name the path that it leads to, or let the link belong to root.' },
    )
  }
}

function stepsOf(path: string): Step[] {
  const names = path.split('/').filter((name) => name !== '' && name !== '.')
  return names.map((name) => ({ name, of: [] }))
}

function systemError(code: string, text: string): Error {
  return Object.assign(new Error(`${code}: ${text}`), { code })
}
