// SPDX-License-Identifier: Apache-2.0
import { copyFileSync, existsSync, readFileSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { SaltError } from '@halite/core'
import { sha256OfFile } from '../digest.ts'
import { writeDurably } from '../durable-file.ts'
import { indexTarget, parseIndex, type ReleaseIndex } from '../finders/signed-repository.ts'
import { type Manifest, parseManifest } from '../manifest.ts'
import { patchesTarget } from '../patch-list.ts'
import { type ReleaseName, releaseName } from '../release-name.ts'

/** What metadata say of a file. */
export interface TargetJson {
  readonly length: number
  readonly hashes: { readonly sha256: string }
}

/** The releases that are to be signed, in `draft/` of a repository, and their files in `targets/`. */
export class Draft {
  readonly #directory: string

  constructor(directory: string) {
    this.#directory = directory
  }

  /** The releases of the draft. Throws the system's error where there is none. */
  releases(): ReleaseIndex['releases'] {
    return parseIndex(readFileSync(this.#draft(indexTarget), 'utf8')).releases
  }

  /** Replaces the list of releases. */
  writeReleases(releases: readonly ReleaseName[]): void {
    writeDurably(this.#draft(indexTarget), `${JSON.stringify({ releases }, null, 1)}\n`)
  }

  /** The manifest of a release of the draft. */
  manifestOf(release: ReleaseName): Manifest {
    const path = `${releaseName(release)}.json`
    return parseManifest(readFileSync(this.#target(path, this.#hashOf(path)), 'utf8'), path)
  }

  /**
   * Copies `source` to a target. Targets are named by their hash and their path: one that changes does not change under clients
   * that read it. `work` is a folder for what is not whole yet.
   */
  async keep(path: string, source: string, work: string): Promise<void> {
    const { hashes } = await describe(source)
    const place = this.#target(path, hashes.sha256)
    if (!existsSync(place) || (await sha256OfFile(place)) !== hashes.sha256) {
      const copy = join(work, 'copy')
      copyFileSync(source, copy)
      renameSync(copy, place)
    }
    writeDurably(this.#draft(`${path}.sha256`), hashes.sha256)
  }

  /** As `keep`, of a text. */
  async keepText(path: string, text: string, work: string): Promise<void> {
    writeDurably(this.#draft(path), text)
    await this.keep(path, this.#draft(path), work)
  }

  /** What is to be signed: the index, and the files of its releases. Rejects with `UPDATE_INVALID` when one was changed. */
  async targets(work: string): Promise<Readonly<Record<string, TargetJson>>> {
    await this.keep(indexTarget, this.#draft(indexTarget), work)
    const targets: Record<string, TargetJson> = { [indexTarget]: await this.#kept(indexTarget) }
    for (const release of this.releases()) {
      const name = releaseName(release)
      for (const path of [`${name}.json`, `${name}.zip`, patchesTarget(name)])
        if (this.#isKept(path)) targets[path] = await this.#kept(path)
    }
    return targets
  }

  /** Releases that were added before there were patches have none. */
  #isKept(path: string): boolean {
    return !path.endsWith('.patches.json') || existsSync(this.#draft(`${path}.sha256`))
  }

  async #kept(path: string): Promise<TargetJson> {
    const hash = this.#hashOf(path)
    const place = this.#target(path, hash)
    const described = await describe(place)
    if (described.hashes.sha256 === hash) return described
    throw new SaltError('UPDATE_INVALID', `${place} was changed; add the release again`)
  }

  #hashOf(path: string): string {
    return readFileSync(this.#draft(`${path}.sha256`), 'utf8')
  }

  #target(path: string, hash: string): string {
    return join(this.#directory, 'targets', `${hash}.${path}`)
  }

  #draft(file: string): string {
    return join(this.#directory, 'draft', file)
  }
}

async function describe(file: string): Promise<TargetJson> {
  return { length: statSync(file).size, hashes: { sha256: await sha256OfFile(file) } }
}
