// SPDX-License-Identifier: Apache-2.0
import type { ReleaseName } from './release-name.ts'

/** Which releases a program wants: its own, for the machine it runs on. */
export type Wanted = Omit<ReleaseName, 'version'>

/** How far an update has come. The words are Esky's. */
export type Progress =
  | { readonly status: 'searching' }
  | { readonly status: 'found'; readonly version: string }
  | { readonly status: 'downloading'; readonly received: number; readonly size: number | undefined }
  | { readonly status: 'retrying'; readonly reason: string }
  | { readonly status: 'ready'; readonly path: string }
  | { readonly status: 'installing' | 'cleaning up' | 'done' }

/** Where a version is to come to be. */
export interface FetchPlace {
  /** An empty directory for what is downloaded. */
  readonly downloads: string
  /** An empty directory that becomes the version. */
  readonly unpacked: string
  /** Directories of complete versions; what they hold already need not be fetched. */
  readonly present: readonly string[]
  readonly onProgress: (progress: Progress) => void
  readonly signal?: AbortSignal | undefined
}

/**
 * Where versions come from. Whoever writes another one implements this; nothing it brings is started before every file
 * was compared with the manifest it came with, but only a signed source says that the manifest is the publisher's.
 */
export interface VersionFinder {
  /** For people, with where it looks. */
  readonly name: string
  /** Whether what it brings is signed by a key this machine trusts. */
  readonly isSigned: boolean
  /** The versions on offer. Rejects with `UPDATE_UNREACHABLE`, `UPDATE_UNTRUSTED` or `UPDATE_INVALID`. */
  findVersions(wanted: Wanted): Promise<string[]>
  /** Fills `place.unpacked` with a release and its manifest. Rejects as above, and with `UPDATE_NOT_FOUND`. */
  fetchVersion(release: ReleaseName, place: FetchPlace): Promise<void>
}
