// SPDX-License-Identifier: Apache-2.0
import type { HashType } from '../hash-file.ts'

/** What the thread that writes and hashes files is told; `file` is a number that its asker gives. */
export type HasherOrder =
  | {
      readonly type: 'start'
      readonly file: number
      readonly descriptor: number
      readonly algorithm: HashType
    }
  /** The next bytes of a file that is being written; their memory comes along. */
  | { readonly type: 'piece'; readonly file: number; readonly bytes: Uint8Array<ArrayBuffer> }
  /** So many bytes of it are there to be read. */
  | { readonly type: 'read'; readonly file: number; readonly size: number }
  /** It is complete: its hash is wanted. */
  | { readonly type: 'end'; readonly file: number }

/** A file that could not be written or read. */
export interface HasherProblem {
  readonly file: number
  readonly problem: string
  /** The system's code. */
  readonly code: string | undefined
}

/** What it answers: to each `piece` how many bytes it is done with, to `end` the hash. */
export type HasherAnswer =
  | { readonly file: number; readonly done: number }
  | { readonly file: number; readonly hsum: string }
  | HasherProblem
