// SPDX-License-Identifier: Apache-2.0
import { optionalFact } from './service.ts'

/** Something that a job makes outside its process, and that must not stay when the process is killed. */
export type Leftover =
  | { readonly kind: 'mount'; readonly path: string }
  /** A file or link, or a directory that is empty by then. */
  | { readonly kind: 'file'; readonly path: string }
  /** A program, with when it started (`processStart`), and its descendants. */
  | { readonly kind: 'program'; readonly pid: number; readonly started: string }
  /** Whatever runs with this directory as its root. */
  | { readonly kind: 'root'; readonly path: string }

/** What a job would leave behind if its process were killed before it could clean up. */
export interface Leftovers {
  /**
   * Notes on disk that `thing` has to be removed, before it is made; returns what takes the note back once it is removed.
   * A process that is killed in between leaves the note: what it names is removed by its daemon, at the latest when that
   * starts the next time, the last one first. Throws nothing: what cannot
   * be noted is logged.
   */
  note(thing: Leftover): () => void
}

/** Notes nothing: for functions that run in a daemon, and in tests. */
const unnoted: Leftovers = { note: () => () => undefined }

/** The service `leftovers`. */
export const leftoversService = optionalFact<Leftovers>(() => unnoted)
