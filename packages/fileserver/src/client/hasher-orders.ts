// SPDX-License-Identifier: Apache-2.0
import type { HashType } from '../hash-file.ts'

/** What the thread that hashes is told; `file` is a number that its asker gives. */
export type HasherOrder =
  | {
      readonly type: 'start'
      readonly file: number
      readonly descriptor: number
      readonly algorithm: HashType
    }
  /** So many bytes of it are written. */
  | { readonly type: 'grown'; readonly file: number; readonly size: number }
  /** It is complete: its hash is wanted. */
  | { readonly type: 'end'; readonly file: number }

/** What it answers to `end`. */
export type HasherAnswer =
  | { readonly file: number; readonly hsum: string }
  | { readonly file: number; readonly problem: string }
