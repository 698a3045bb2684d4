// SPDX-License-Identifier: Apache-2.0
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { messageOf } from '@halite/core'
import { applyPatch, whyNoPatch } from '../apply-patch.ts'
import { knownFiles } from '../copy-present.ts'
import { type DownloadSettings, downloadFile } from '../download.ts'
import type { FetchPlace } from '../finder.ts'
import type { ManifestFile } from '../manifest.ts'
import { type FilePatch, patchPath } from '../patch-list.ts'

/** Which patches there are, and where. */
export interface PatchedFetchInit {
  readonly patches: readonly FilePatch[]
  /** The URL of a path below the targets of the repository. */
  readonly urlOf: (path: string) => string
  readonly settings: DownloadSettings | undefined
}

/** Files that are made of files which are here already and a patch. One after the other: each takes memory of its size, twice. */
export class PatchedFetch {
  readonly #init: PatchedFetchInit
  readonly #place: FetchPlace
  readonly #bases: ReadonlyMap<string, string>
  #turn: Promise<unknown> = Promise.resolve()

  constructor(init: PatchedFetchInit, place: FetchPlace) {
    this.#init = init
    this.#place = place
    const known = init.patches.length === 0 ? [] : [...knownFiles(place.present).values()]
    this.#bases = new Map(known.map(({ sha256, path }) => [sha256, path]))
  }

  /**
   * Makes `file` of a patch. Resolves to the bytes that were fetched; to undefined when there is no patch for what is here, or
   * it did not work: that is reported, and the file has to be fetched whole.
   */
  fetch(file: ManifestFile): Promise<number | undefined> {
    const turn = this.#turn.then(() => this.#fetch(file))
    this.#turn = turn.catch(() => undefined)
    return turn
  }

  async #fetch(file: ManifestFile): Promise<number | undefined> {
    const { signal, onProgress } = this.#place
    const patch = this.#init.patches.find(({ from, to }) => to === file.sha256 && this.#bases.has(from))
    if (patch === undefined || signal?.aborted) return undefined
    const why = whyNoPatch(file.size)
    try {
      if (why === undefined) return await this.#make(file, patch)
      onProgress({ status: 'retrying', reason: `${file.path} is fetched whole: ${why}` })
    } catch (error) {
      if (signal?.aborted) throw error
      onProgress({ status: 'retrying', reason: `${file.path} is fetched whole: ${messageOf(error)}` })
    }
    return undefined
  }

  async #make(file: ManifestFile, patch: FilePatch): Promise<number> {
    const { downloads, unpacked, signal } = this.#place
    const packed = join(downloads, `${patch.sha256}.${crypto.randomUUID()}`)
    const { settings, urlOf } = this.#init
    try {
      await downloadFile(urlOf(patchPath(patch)), packed, { ...settings, maxBytes: patch.size, signal })
      const base = this.#bases.get(patch.from) ?? ''
      await applyPatch({ patch, packed, base, file, unpacked })
      return patch.size
    } finally {
      rmSync(packed, { force: true })
    }
  }
}
