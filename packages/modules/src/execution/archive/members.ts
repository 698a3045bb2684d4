// SPDX-License-Identifier: Apache-2.0
import { SaltError } from '@halite/core'

/** One member of an archive. */
export interface Member {
  /** As it is written; that of a directory may end with a slash. */
  readonly name: string
  readonly type: 'file' | 'directory' | 'link' | 'hard link' | 'other'
  /** Bytes of its content. */
  readonly size: number
  /** Where a link leads. */
  readonly target: string
  /** Mode bits; undefined where the archive does not say. */
  readonly mode: number | undefined
  readonly mtimeMs: number | undefined
}

/** Names by kind, before they are sorted. */
export interface Names {
  readonly dirs: readonly string[]
  readonly files: readonly string[]
  readonly links: readonly string[]
}

/** What an archive may hold, so that a small file does not fill a disk. */
export const archiveLimits = {
  members: 1_000_000,
  /** Bytes that any archive may hold. */
  bytes: 4 * 2 ** 30,
  /** More bytes than those are allowed up to this many times the size of the archive. */
  ratio: 200,
}

/** Counts what members hold; throws, and names the member, when it is too much. */
export class ArchiveBudget {
  readonly #most: number
  #bytes = 0
  #members = 0

  constructor(archiveSize: number) {
    this.#most = Math.max(archiveLimits.bytes, archiveSize * archiveLimits.ratio)
  }

  /** Counts one member. */
  add({ name, size }: Pick<Member, 'name' | 'size'>): void {
    this.#bytes += size
    this.#members += 1
    if (this.#members > archiveLimits.members)
      throw refused(name, `the archive holds more than ${archiveLimits.members} members`)
    if (this.#bytes > this.#most)
      throw refused(
        name,
        `with it the archive holds more than ${this.#most} bytes, far more than its own size`,
      )
  }
}

/** Throws, and names the member, when it would leave the directory that an archive is extracted into. */
export function checkMember({ name, type, target }: Pick<Member, 'name' | 'type' | 'target'>): void {
  const problem = nameProblem(name)
  if (problem !== undefined) throw refused(name, problem)
  if (type === 'other') throw refused(name, 'it is a device or a pipe')
  if (type === 'hard link' && nameProblem(target) !== undefined)
    throw refused(name, `it is a hard link to ${target}, outside of the archive`)
  if (type === 'link' && leadsOutside(name, target))
    throw refused(name, `it is a link that leads outside, to ${target}`)
}

/** The parts of a name, without `.`; a text says why the name is refused. */
function nameProblem(name: string): string | undefined {
  if (name.includes('\0')) return 'its name holds NUL'
  if (/^(?:[/\\]|[A-Za-z]:[/\\])/.test(name)) return 'its name is absolute'
  if (name.split(/[/\\]/).includes('..')) return "its name holds '..'"
  return undefined
}

/** A link leads outside when its target, seen from where the link lies, is above the top of the archive. */
function leadsOutside(name: string, target: string): boolean {
  if (/^(?:[/\\]|[A-Za-z]:[/\\])/.test(target) || target.includes('\0')) return true
  let depth = name.split('/').filter((part) => part !== '' && part !== '.').length - 1
  for (const part of target.split('/')) {
    if (part === '..') depth -= 1
    else if (part !== '' && part !== '.') depth += 1
    if (depth < 0) return true
  }
  return false
}

/** A member that is not extracted, and why. */
export function refused(name: string, why: string): SaltError {
  return new SaltError('PATH_UNSAFE', `The member '${name}' of the archive is refused: ${why}`, {
    hint: 'Nothing of the archive was extracted beyond the members before it; look at it with archive.list.',
  })
}
