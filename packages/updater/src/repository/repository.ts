// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { lockDirectory, SaltError } from '@halite/core'
import type { ReleaseIndex } from '../finders/signed-repository.ts'
import { readManifest } from '../manifest.ts'
import { patchesTarget } from '../patch-list.ts'
import { parseReleaseName, type ReleaseName, releaseName } from '../release-name.ts'
import { unpackZip } from '../unpack-zip.ts'
import { compareVersions } from '../version-order.ts'
import { type ReleasePlaces, storeBlobs } from './blobs.ts'
import { Draft } from './draft.ts'
import type { KeyDirectory, RoleName, SigningKey } from './keys.ts'
import { firstRoot, MetadataFiles, roles, rootWithKey } from './metadata-files.ts'
import { storePatches } from './store-patches.ts'

/** In the draft: the folder of a call that changes it. */
const workPrefix = '.add-'

/** Times before which a publisher has to act. */
export interface Published {
  readonly publishAgain: string
  readonly signAgain: string
}

export interface RepositoryInit {
  /** Becomes what a web server serves: `metadata/` and `targets/`, and `draft/`, which need not be served. */
  readonly directory: string
  readonly keys: KeyDirectory
  /** Default: the clock of this machine. */
  readonly now?: () => Date
  /** Of how many releases before a new one there are patches to its large files. Default 1. */
  readonly patches?: number
  /** For people: what is done that takes its time. */
  readonly say?: (text: string) => void
}

export interface InitOptions {
  /** How many keys of the role root there are, and how many of them have to sign. Default 3 and 2. */
  readonly rootKeys?: number
  readonly threshold?: number
}

/**
 * A signed repository of releases as its publisher sees it. `add` puts a release into the draft, `sign` signs which files
 * belong to the releases, `publish` lets clients see it; each step may happen on another machine, with other keys.
 */
export class Repository {
  readonly #init: RepositoryInit
  readonly #metadata: MetadataFiles
  readonly #draft: Draft

  constructor(init: RepositoryInit) {
    const { directory, keys, now = () => new Date() } = init
    this.#init = init
    this.#metadata = new MetadataFiles({ directory, keys, now })
    this.#draft = new Draft(directory)
  }

  /** Makes keys and an empty repository. Clients need `metadata/1.root.json`. Throws `UPDATE_INVALID` when there is one. */
  async init({ rootKeys = 3, threshold = 2 }: InitOptions = {}): Promise<void> {
    const { directory, keys } = this.#init
    if (this.#metadata.latest('root') > 0)
      throw new SaltError('UPDATE_INVALID', `${directory} is a repository already`)
    if (threshold < 1 || threshold > rootKeys)
      throw new SaltError('UPDATE_INVALID', `${threshold} of ${rootKeys} keys cannot sign`)
    for (const folder of ['metadata', 'targets', 'draft'])
      mkdirSync(join(directory, folder), { recursive: true, mode: 0o755 })
    const create = (role: RoleName): SigningKey[] =>
      Array.from({ length: role === 'root' ? rootKeys : 1 }, () => keys.create(role))
    const created = Object.fromEntries(roles.map((role) => [role, create(role)])) as Record<
      RoleName,
      SigningKey[]
    >
    this.#metadata.writeRoot(firstRoot(created, threshold), created.root)
    this.#draft.writeReleases([])
    await this.sign()
    await this.publish()
  }

  /**
   * Puts a release into the draft: its zip file, its manifest, and its files one by one. Returns its name. Nothing of it is in
   * the draft before all is there; what a call left that was killed is removed by the next. Rejects with `ALREADY_RUNNING` when
   * another process changes the draft.
   */
  async add(zip: string): Promise<string> {
    const release = parseReleaseName(basename(zip, '.zip'))
    if (release === undefined || !zip.endsWith('.zip'))
      throw new SaltError('UPDATE_INVALID', `${zip} is not named as a release: salt-3007.1.linux-x64.zip`)
    await this.#changing(async (work) => {
      const folder = join(work, 'release')
      const places = { folder, targets: join(this.#init.directory, 'targets'), work }
      mkdirSync(folder, { mode: 0o700 })
      await unpackZip(zip, release, folder)
      await storeBlobs(places)
      await this.#addPatches(release, places)
      const name = releaseName(release)
      await this.#draft.keep(`${name}.json`, join(folder, 'MANIFEST.json'), work)
      await this.#draft.keep(`${name}.zip`, zip, work)
      this.#draft.writeReleases([...this.#without(name), release])
    })
    return releaseName(release)
  }

  /**
   * Nobody else changes the draft meanwhile, so that a folder for work that is there was left by a process that was killed.
   * Rejects with `UPDATE_INVALID` where there is no repository, and makes nothing there.
   */
  async #changing<T>(change: (work: string) => Promise<T>): Promise<T> {
    this.#metadata.root()
    const draft = join(this.#init.directory, 'draft')
    const lock = lockDirectory(draft, 'halite-repo', 'Try again when that process has ended.')
    try {
      for (const left of readdirSync(draft).filter((file) => file.startsWith(workPrefix)))
        rmSync(join(draft, left), { recursive: true })
      const work = mkdtempSync(join(draft, workPrefix))
      try {
        return await change(work)
      } finally {
        rmSync(work, { recursive: true, force: true })
      }
    } finally {
      lock.release()
    }
  }

  async #addPatches(release: ReleaseName, places: ReleasePlaces): Promise<void> {
    const { patches: most = 1, say = () => undefined } = this.#init
    const earlier = this.releases()
      .filter(({ app, platform }) => app === release.app && platform === release.platform)
      .filter(({ version }) => compareVersions(version, release.version) < 0)
      .sort((one, other) => compareVersions(other.version, one.version))
    const manifests = earlier.slice(0, most).map((one) => this.#draft.manifestOf(one))
    const patched = { ...places, manifest: readManifest(places.folder), say }
    const patches = await storePatches(patched, manifests)
    await this.#draft.keepText(patchesTarget(releaseName(release)), JSON.stringify({ patches }), places.work)
  }

  /**
   * Takes a release out of the draft. Its files stay for clients that fetch it now. Rejects as `add` does, and with
   * `UPDATE_NOT_FOUND` when the draft has no such release.
   */
  async withdraw(name: string): Promise<void> {
    await this.#changing(async () => {
      const others = this.#without(name)
      if (others.length === this.releases().length)
        throw new SaltError('UPDATE_NOT_FOUND', `the draft has no release ${name}`, {
          hint: 'halite-repo list DIRECTORY names those that it has.',
        })
      this.#draft.writeReleases(others)
    })
  }

  /** The releases of the draft. Throws `UPDATE_INVALID` where there is no repository. */
  releases(): ReleaseIndex['releases'] {
    this.#metadata.root()
    return this.#draft.releases()
  }

  #without(name: string): ReleaseName[] {
    return this.releases().filter((one) => releaseName(one) !== name)
  }

  /** Signs the files of the draft with the key of `targets`. Clients do not see it before `publish`. */
  async sign(): Promise<void> {
    await this.#changing((work) => this.#sign(work))
  }

  /**
   * Lets clients see what is signed, and tells them that it is current. Resolves to the times before which it has to be
   * repeated, and the releases signed again: when the timestamp and the targets expire. Rejects with `UPDATE_UNTRUSTED` when the
   * targets have expired: clients would refuse them.
   */
  async publish(): Promise<Published> {
    return this.#changing(async () => this.#publish())
  }

  /**
   * Gives a role a new key in place of the ones it has; with role `root` of the first of them. The new root is signed by
   * the old keys of `root` and by the new ones, so that every client follows. What the role signed is signed again.
   * Resolves to the file of the new key.
   */
  async rotateKey(role: RoleName): Promise<string> {
    return this.#changing(async (work) => {
      const before = this.#metadata.root()
      const signers = this.#metadata.keysOf(before, 'root')
      const added = this.#init.keys.create(role)
      const root = rootWithKey(before, role, added)
      this.#metadata.writeRoot(root, role === 'root' ? [...signers, added] : signers)
      await this.#sign(work)
      this.#publish()
      return added.file
    })
  }

  async #sign(work: string): Promise<void> {
    this.#metadata.writeNext('targets', { targets: await this.#draft.targets(work) })
  }

  #publish(): Published {
    const signAgain = this.#metadata.expiryOfLatest('targets')
    if (Date.parse(signAgain) <= (this.#init.now?.() ?? new Date()).getTime())
      throw new SaltError('UPDATE_UNTRUSTED', `what is signed expired at ${signAgain}`, {
        hint: 'Sign it again: halite-repo sign DIRECTORY',
      })
    const meta = { 'targets.json': { version: this.#metadata.latest('targets') } }
    const version = this.#metadata.writeNext('snapshot', { meta })
    this.#metadata.writeNext('timestamp', { meta: { 'snapshot.json': { version } } })
    return { publishAgain: this.#metadata.expiryOf('timestamp'), signAgain }
  }
}
