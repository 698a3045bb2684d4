// SPDX-License-Identifier: Apache-2.0
import { lstatSync, readlinkSync, type Stats } from 'node:fs'
import { dirname, join, resolve, sep } from 'node:path'

/** Why a path cannot be relied on. */
export interface Distrust {
  /** The component at fault, without links. */
  readonly path: string
  /** Completes the sentence that begins with the path. */
  readonly why: string
  /** Only the directory itself is at fault: its name leads there and nowhere else, whatever its owner does. */
  readonly isLast: boolean
}

export interface TrustOptions {
  /** Accept a directory like `/tmp`, in which everybody may make files and nobody may remove those of others. */
  readonly allowSticky?: boolean
  /** Accept one that its group may write, whichever group that is. */
  readonly allowGroup?: boolean
}

/** A kernel gives up after as many. */
const maxLinks = 40
const sticky = 0o1000
/** A group that is root's, or our own primary one, counts as its owner. */
const isTrustedGroup = (gid: number) => gid === 0 || gid === process.getegid?.()

/** Whether what belongs to this user is out of reach of all but root and us. Windows has no such numbers. */
export function isTrustedOwner(uid: number): boolean {
  return process.platform === 'win32' || uid === 0 || uid === process.geteuid?.()
}

/**
 * Why another user than root and the one we are could exchange the directory `path`, or something in it, under our hands;
 * undefined when nobody can. Every component counts, through symbolic links too; a part that does not exist yet is fine.
 * Always undefined on Windows, which has other means. Throws the system's error.
 */
export function distrustOf(path: string, options: TrustOptions = {}): Distrust | undefined {
  if (process.platform === 'win32') return undefined
  const waiting = resolve(path).split(sep).filter(Boolean)
  let at = '/'
  let isParentShared = false
  let links = 0
  for (;;) {
    const found = lstatSync(at, { throwIfNoEntry: false })
    if (found === undefined) return undefined
    const isLast = waiting.length === 0
    const why = faultOf(found, { ...options, allowSticky: !isLast || options.allowSticky === true })
    if (why !== undefined) return { path: at, why, isLast: isLast && !isParentShared }
    if (found.isSymbolicLink()) {
      links += 1
      if (links > maxLinks) return { path: at, why: 'leads through too many symbolic links', isLast: false }
      const target = resolve(dirname(at), readlinkSync(at))
      waiting.unshift(...target.split(sep).filter(Boolean))
      at = '/'
      isParentShared = false
      continue
    }
    const next = waiting.shift()
    if (next === undefined) return undefined
    isParentShared = isWritableByOthers(found)
    at = join(at, next)
  }
}

function faultOf(found: Stats, { allowSticky, allowGroup }: TrustOptions): string | undefined {
  if (!isTrustedOwner(found.uid)) return `belongs to user ${found.uid}`
  if (found.isSymbolicLink() || (allowSticky && (found.mode & sticky) !== 0)) return undefined
  if ((found.mode & 0o002) !== 0) return `can be written by everybody (mode ${modeText(found)})`
  if (allowGroup || (found.mode & 0o020) === 0 || isTrustedGroup(found.gid)) return undefined
  return `can be written by group ${found.gid} (mode ${modeText(found)})`
}

function isWritableByOthers({ mode, gid }: Stats): boolean {
  return (mode & 0o002) !== 0 || ((mode & 0o020) !== 0 && !isTrustedGroup(gid))
}

function modeText({ mode }: Stats): string {
  return (mode & 0o7777).toString(8).padStart(4, '0')
}
