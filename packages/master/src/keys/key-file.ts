// SPDX-License-Identifier: Apache-2.0
import { isMinionId, rawPublicKey } from '@halite/core'

/** A key as it lies on disk: PEM of Ed25519, or something else (an RSA key of Salt), which is kept and never trusted. */
export interface KeyFile {
  readonly raw: Buffer | undefined
}

/** What tells a file from the one that lay there before. */
interface FileMark {
  readonly ino: number
  readonly size: number
  readonly ctimeMs: number
}

/** A key that was read, and the file that it was read from. */
export interface HeldKey extends KeyFile {
  /** The file that was read; undefined when a later change of it might not show. */
  readonly mark: FileMark | undefined
}

/** As `writeFileAtomic` names what it has not finished. */
const temporaryName = /^\.[\da-f-]{36}\.tmp$/

/** A name that the system could not give as text cannot be used to reach its file. */
export function isMisnamed(name: string): boolean {
  return !isMinionId(name) && !temporaryName.test(name) && !name.includes('\ufffd')
}

/** The key in a PEM text; undefined for what is no key of ours. */
export function rawOrNone(text: string): Buffer | undefined {
  try {
    return rawPublicKey(text, 'key')
  } catch {
    // Not a key of ours: kept as it is, and it matches no minion.
    return undefined
  }
}

/** Whether two files hold the same key, or both hold none. */
export function isSameKey(one: KeyFile | undefined, other: KeyFile): boolean {
  if (one === other) return true
  if (one === undefined) return false
  return one.raw === undefined
    ? other.raw === undefined
    : other.raw !== undefined && one.raw.equals(other.raw)
}
