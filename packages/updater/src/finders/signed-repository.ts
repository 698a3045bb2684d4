// SPDX-License-Identifier: Apache-2.0
import { createReadStream, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createBrotliDecompress } from 'node:zlib'
import { type Decoded, isSaltError, messageOf, schema } from '@halite/core'
import { copyPresent } from '../copy-present.ts'
import { type DownloadSettings, downloadFile } from '../download.ts'
import type { FetchPlace, VersionFinder, Wanted } from '../finder.ts'
import { type ManifestFile, manifestFile, parseManifest } from '../manifest.ts'
import { type FilePatch, parsePatches, patchesTarget } from '../patch-list.ts'
import { type ReleaseName, releaseName } from '../release-name.ts'
import { TrustedMetadata } from '../trusted-metadata.ts'
import { unpackZip, writeChecked } from '../unpack-zip.ts'
import { shownUrl, WebAccess } from '../web-access.ts'
import { PatchedFetch } from './fetch-patched.ts'
import { notFound } from './zip-directory.ts'

const { extensibleRecord, listOf, text } = schema

/** How many files are fetched at once. */
const atOnce = 8

/** The target that lists the releases of a repository. */
export const indexTarget = 'releases.json'

const decodeIndex = extensibleRecord({
  releases: listOf(extensibleRecord({ app: text(64), version: text(128), platform: text(64) }), 10_000),
})

/** The releases of a repository. */
export type ReleaseIndex = Decoded<typeof decodeIndex>

/** The releases that the bytes of `releases.json` list. Throws when they do not. */
export function parseIndex(bytes: string): ReleaseIndex {
  return decodeIndex(JSON.parse(bytes), indexTarget)
}

/** Where a file of a release lies in a repository, below its targets: by its content, so that releases share it. */
export function blobPath(sha256: string): string {
  return `files/${sha256.slice(0, 2)}/${sha256}.br`
}

export interface SignedRepositoryInit {
  /** Holds `metadata/` and `targets/`. */
  readonly url: string
  /** The trusted root that came with the program, and where what is known of the repository is kept. */
  readonly trust: { readonly root: string; readonly directory: string }
  readonly settings?: DownloadSettings
}

/**
 * A repository whose metadata (TUF) is signed: by keys that the trusted root names, current, and never older than what was
 * seen before. Of a release only the files that are not on this machine yet are fetched, one by one, large ones as patches of those
 * that are; where a patch fails, the whole file, and where that fails, the whole release.
 */
export class SignedRepository implements VersionFinder {
  readonly name: string
  readonly isSigned = true
  readonly #init: SignedRepositoryInit
  readonly #metadata: TrustedMetadata
  #isFresh = false

  constructor(init: SignedRepositoryInit) {
    // One for all that is fetched: its connections are used again.
    this.#init = { ...init, settings: { access: new WebAccess(), ...init.settings } }
    this.#metadata = new TrustedMetadata(this.#init)
    this.name = `signed repository ${shownUrl(init.url)}`
  }

  async findVersions({ app, platform }: Wanted): Promise<string[]> {
    await this.#refresh()
    const index = parseIndex((await this.#metadata.target(indexTarget)).toString('utf8'))
    return index.releases
      .filter((release) => release.app === app && release.platform === platform)
      .map(({ version }) => version)
  }

  async fetchVersion(release: ReleaseName, wanted: FetchPlace): Promise<void> {
    const place = { ...wanted, signal: this.#endingOf(wanted) }
    if (!(await this.findVersions(release)).includes(release.version)) throw notFound(release, this.name)
    const name = releaseName(release)
    const text = (await this.#metadata.target(`${name}.json`)).toString('utf8')
    const { files } = parseManifest(text, `${name}.json`)
    try {
      const patches = await this.#patchesTo(name)
      await this.#fetchFiles(files, patches, place)
      writeFileSync(join(place.unpacked, manifestFile), text, { flag: 'wx', mode: 0o644, flush: true })
    } catch (error) {
      if (place.signal.aborted) throw error
      place.onProgress({ status: 'retrying', reason: messageOf(error) })
      await this.#fetchWhole(release, place)
    }
  }

  #endingOf({ signal }: FetchPlace): AbortSignal {
    const { ending } = this.#init.settings ?? {}
    return AbortSignal.any([signal, ending].filter((one) => one !== undefined))
  }

  /** A repository need not have any. */
  async #patchesTo(name: string): Promise<readonly FilePatch[]> {
    try {
      const path = patchesTarget(name)
      return parsePatches((await this.#metadata.target(path)).toString('utf8'), path)
    } catch (error) {
      if (isSaltError(error, 'UPDATE_NOT_FOUND')) return []
      throw error
    }
  }

  async #refresh(): Promise<void> {
    if (this.#isFresh) return
    await this.#metadata.refresh()
    this.#isFresh = true
  }

  /** Several at once: most are small, and the server may be far away. */
  async #fetchFiles(
    files: readonly ManifestFile[],
    patches: readonly FilePatch[],
    place: FetchPlace,
  ): Promise<void> {
    const waiting = await copyPresent(files, place)
    const urlOf = (path: string) => this.#metadata.urlOf(path)
    const patched = new PatchedFetch({ patches, urlOf, settings: this.#init.settings }, place)
    let received = 0
    const worker = async (): Promise<void> => {
      for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
        const bytes = (await patched.fetch(file)) ?? (await this.#fetchFile(file, place))
        received += bytes
        place.onProgress({ status: 'downloading', received, size: undefined })
      }
    }
    const stopOthers = (error: unknown): never => {
      waiting.length = 0
      throw error
    }
    const ends = await Promise.allSettled(Array.from({ length: atOnce }, () => worker().catch(stopOthers)))
    const failed = ends.find((end) => end.status === 'rejected')
    if (failed !== undefined) throw failed.reason
  }

  /** Resolves to the bytes that were fetched. */
  async #fetchFile(file: ManifestFile, place: FetchPlace): Promise<number> {
    const packed = join(place.downloads, `${file.sha256}.${crypto.randomUUID()}`)
    await downloadFile(this.#metadata.urlOf(blobPath(file.sha256)), packed, {
      ...this.#init.settings,
      // What does not get smaller is stored with a little overhead.
      maxBytes: file.size + 1024 + Math.ceil(file.size / 1000),
      signal: place.signal,
    })
    return writeUnpacked(packed, file, place)
  }

  /** The zip file is a target itself: its length and hash are signed. */
  async #fetchWhole(release: ReleaseName, place: FetchPlace): Promise<void> {
    const name = `${releaseName(release)}.zip`
    const file = join(place.downloads, name)
    await this.#metadata.targetFile(name, file, place.signal)
    emptyDirectory(place.unpacked)
    await unpackZip(file, release, place.unpacked)
  }
}

/** Unpacks a file that was fetched to its place. Resolves to the bytes that were fetched. */
async function writeUnpacked(packed: string, file: ManifestFile, { unpacked }: FetchPlace): Promise<number> {
  const source = createReadStream(packed)
  const unzip = createBrotliDecompress()
  source.on('error', (error) => unzip.destroy(error))
  // Where nothing could be written, nobody reads it any more.
  unzip.on('error', () => undefined)
  try {
    await writeChecked(source.pipe(unzip), file, unpacked)
    return source.bytesRead
  } finally {
    // A file that is open cannot be removed everywhere.
    source.destroy()
    rmSync(packed, { force: true })
  }
}

function emptyDirectory(path: string): void {
  rmSync(path, { recursive: true, force: true })
  mkdirSync(path, { mode: 0o755 })
}
