// SPDX-License-Identifier: Apache-2.0
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { SaltError, systemCodeOf } from '@halite/core'
import { Metadata, MetadataKind, Signature } from '@tufjs/models'
import { sha256OfFile } from '../digest.ts'
import { writeDurably } from '../durable-file.ts'
import { indexTarget, parseIndex, type ReleaseIndex } from '../finders/signed-repository.ts'
import { type Manifest, parseManifest, readManifest } from '../manifest.ts'
import { patchesTarget } from '../patch-list.ts'
import { parseReleaseName, type ReleaseName, releaseName } from '../release-name.ts'
import { unpackZip } from '../unpack-zip.ts'
import { compareVersions } from '../version-order.ts'
import { storeBlobs } from './blobs.ts'
import type { KeyDirectory, RoleName, SigningKey } from './keys.ts'
import { storePatches } from './store-patches.ts'

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

interface RoleKeys {
  readonly keyids: readonly string[]
  readonly threshold: number
}

interface RootJson {
  readonly version: number
  readonly keys: Readonly<Record<string, SigningKey['json']>>
  readonly roles: Readonly<Record<RoleName, RoleKeys>>
}

interface TargetJson {
  readonly length: number
  readonly hashes: { readonly sha256: string }
}

type Targets = Readonly<Record<string, TargetJson>>

const roles: readonly RoleName[] = ['root', 'targets', 'snapshot', 'timestamp']
/** How long metadata hold, in days: what is signed by hand longer than what a machine signs. */
const days: Readonly<Record<RoleName, number>> = { root: 365, targets: 90, snapshot: 30, timestamp: 7 }
const dayMs = 86_400_000

/**
 * A signed repository of releases as its publisher sees it. `add` puts a release into the draft, `sign` signs which files
 * belong to the releases, `publish` lets clients see it; each step may happen on another machine, with other keys.
 */
export class Repository {
  readonly #init: RepositoryInit

  constructor(init: RepositoryInit) {
    this.#init = init
  }

  /** Makes keys and an empty repository. Clients need `metadata/1.root.json`. Throws `UPDATE_INVALID` when there is one. */
  async init({ rootKeys = 3, threshold = 2 }: InitOptions = {}): Promise<void> {
    if (existsSync(this.#metadata('1.root.json')))
      throw new SaltError('UPDATE_INVALID', `${this.#init.directory} is a repository already`)
    if (threshold < 1 || threshold > rootKeys)
      throw new SaltError('UPDATE_INVALID', `${threshold} of ${rootKeys} keys cannot sign`)
    for (const folder of ['metadata', 'targets', 'draft'])
      mkdirSync(join(this.#init.directory, folder), { recursive: true, mode: 0o755 })
    const keys = Object.fromEntries(
      roles.map((role) => [
        role,
        Array.from({ length: role === 'root' ? rootKeys : 1 }, () => this.#init.keys.create(role)),
      ]),
    ) as Record<RoleName, SigningKey[]>
    const root: RootJson = {
      version: 1,
      keys: Object.fromEntries(
        Object.values(keys)
          .flat()
          .map(({ id, json }) => [id, json]),
      ),
      roles: Object.fromEntries(
        roles.map((role) => [
          role,
          { keyids: keys[role].map(({ id }) => id), threshold: role === 'root' ? threshold : 1 },
        ]),
      ) as unknown as RootJson['roles'],
    }
    this.#writeRoot(root, keys.root)
    this.#writeDraft({ releases: [] })
    await this.sign()
    await this.publish()
  }

  /** Puts a release into the draft: its zip file, its manifest, and its files one by one. Returns its name. */
  async add(zip: string): Promise<string> {
    const release = parseReleaseName(basename(zip, '.zip'))
    if (release === undefined || !zip.endsWith('.zip'))
      throw new SaltError('UPDATE_INVALID', `${zip} is not named as a release: salt-3007.1.linux-x64.zip`)
    const name = releaseName(release)
    const work = mkdtempSync(join(this.#init.directory, 'draft', '.add-'))
    try {
      await unpackZip(zip, release, work)
      await storeBlobs(work, join(this.#init.directory, 'targets'))
      await this.#addPatches(release, work)
      await this.#keepTarget(`${name}.json`, join(work, 'MANIFEST.json'))
      await this.#keepTarget(`${name}.zip`, zip)
    } finally {
      rmSync(work, { recursive: true, force: true })
    }
    this.#writeDraft({ releases: [...this.releases().filter((one) => releaseName(one) !== name), release] })
    return name
  }

  async #addPatches(release: ReleaseName, folder: string): Promise<void> {
    const { patches: most = 1, say = () => undefined } = this.#init
    const earlier = this.releases()
      .filter(({ app, platform }) => app === release.app && platform === release.platform)
      .filter(({ version }) => compareVersions(version, release.version) < 0)
      .sort((one, other) => compareVersions(other.version, one.version))
    const manifests = earlier.slice(0, most).map((one) => this.#keptManifest(one))
    const targets = join(this.#init.directory, 'targets')
    const patches = await storePatches({ manifest: readManifest(folder), folder, targets, say }, manifests)
    const path = patchesTarget(releaseName(release))
    writeDurably(this.#draft(path), JSON.stringify({ patches }))
    await this.#keepTarget(path, this.#draft(path))
  }

  #keptManifest(release: ReleaseName): Manifest {
    const path = `${releaseName(release)}.json`
    const hash = readFileSync(this.#draft(`${path}.sha256`), 'utf8')
    return parseManifest(readFileSync(this.#target(`${hash}.${path}`), 'utf8'), path)
  }

  /** Takes a release out of the draft. Its files stay for clients that fetch it now. */
  withdraw(name: string): void {
    this.#writeDraft({ releases: this.releases().filter((one) => releaseName(one) !== name) })
  }

  /** The releases of the draft. */
  releases(): ReleaseIndex['releases'] {
    return parseIndex(readFileSync(this.#draft(indexTarget), 'utf8')).releases
  }

  /** Signs the files of the draft with the key of `targets`. Clients do not see it before `publish`. */
  async sign(): Promise<void> {
    const root = this.#root()
    await this.#keepTarget(indexTarget, this.#draft(indexTarget))
    const targets: Record<string, TargetJson> = { [indexTarget]: await describe(this.#draft(indexTarget)) }
    for (const release of this.releases()) {
      const name = releaseName(release)
      for (const path of [`${name}.json`, `${name}.zip`, patchesTarget(name)])
        if (this.#isKept(path)) targets[path] = await this.#keptTarget(path)
    }
    const version = this.#latest('targets') + 1
    this.#write(`${version}.targets.json`, 'targets', {
      root,
      fields: { version, targets: targets satisfies Targets },
    })
  }

  /** Lets clients see what is signed, and tells them that it is current. To be repeated before the timestamp expires. */
  async publish(): Promise<void> {
    const root = this.#root()
    const version = this.#latest('snapshot') + 1
    const meta = { 'targets.json': { version: this.#latest('targets') } }
    this.#write(`${version}.snapshot.json`, 'snapshot', { root, fields: { version, meta } })
    this.#write('timestamp.json', 'timestamp', {
      root,
      fields: { version: this.#versionOf('timestamp.json') + 1, meta: { 'snapshot.json': { version } } },
    })
  }

  /**
   * Gives a role a new key in place of the ones it has; with role `root` of the first of them. The new root is signed by
   * the old keys of `root` and by the new ones, so that every client follows. What the role signed is signed again.
   */
  async rotateKey(role: RoleName): Promise<void> {
    const before = this.#root()
    const signers = this.#keysOf(before, 'root')
    const added = this.#init.keys.create(role)
    const { keyids, threshold } = before.roles[role]
    const kept = role === 'root' ? keyids.slice(1) : []
    const next: RootJson = {
      version: before.version + 1,
      keys: {
        ...withoutUnused(before, role, keyids.slice(0, keyids.length - kept.length)),
        [added.id]: added.json,
      },
      roles: { ...before.roles, [role]: { keyids: [...kept, added.id], threshold } },
    }
    this.#writeRoot(next, role === 'root' ? [...signers, added] : signers)
    await this.sign()
    await this.publish()
  }

  #keysOf(root: RootJson, role: RoleName): SigningKey[] {
    const { keyids: ids, threshold } = root.roles[role]
    return this.#init.keys.for(role, { ids, threshold })
  }

  #root(): RootJson {
    const version = this.#latest('root')
    if (version === 0)
      throw new SaltError('UPDATE_INVALID', `${this.#init.directory} is no repository`, {
        hint: 'Make one: halite-repo init DIRECTORY',
      })
    return JSON.parse(readFileSync(this.#metadata(`${version}.root.json`), 'utf8')).signed
  }

  #writeRoot(root: RootJson, keys: readonly SigningKey[]): void {
    const signed = { ...this.#common('root'), consistent_snapshot: true, ...root }
    this.#save(`${root.version}.root.json`, seal(MetadataKind.Root, signed, keys))
  }

  #write(
    file: string,
    role: Exclude<RoleName, 'root'>,
    { root, fields }: { readonly root: RootJson; readonly fields: Readonly<Record<string, unknown>> },
  ): void {
    const kind = {
      targets: MetadataKind.Targets,
      snapshot: MetadataKind.Snapshot,
      timestamp: MetadataKind.Timestamp,
    }
    this.#save(file, seal(kind[role], { ...this.#common(role), ...fields }, this.#keysOf(root, role)))
  }

  #common(role: RoleName): Readonly<Record<string, unknown>> {
    const now = this.#init.now?.() ?? new Date()
    const expires = new Date(now.getTime() + days[role] * dayMs).toISOString().replace(/\.\d+Z$/, 'Z')
    return { _type: role, spec_version: '1.0.31', expires }
  }

  #save(file: string, metadata: unknown): void {
    writeDurably(this.#metadata(file), `${JSON.stringify(metadata, null, 1)}\n`)
  }

  /** The highest version of a role that is kept; 0 when there is none. */
  #latest(role: RoleName): number {
    const names = readdirSync(join(this.#init.directory, 'metadata'))
    const versions = names.map((name) => Number(new RegExp(`^(\\d+)\\.${role}\\.json$`).exec(name)?.[1] ?? 0))
    return Math.max(0, ...versions)
  }

  #versionOf(file: string): number {
    try {
      return JSON.parse(readFileSync(this.#metadata(file), 'utf8')).signed.version
    } catch (error) {
      if (systemCodeOf(error) === 'ENOENT') return 0
      throw error
    }
  }

  /** A target is named by its hash and its path: one that changes does not change under clients that read it. */
  async #keepTarget(path: string, source: string): Promise<void> {
    const { hashes } = await describe(source)
    const place = this.#target(`${hashes.sha256}.${path}`)
    if (!existsSync(place)) copyFileSync(source, place)
    writeDurably(this.#draft(`${path}.sha256`), hashes.sha256)
  }

  /** Releases that were added before there were patches have none. */
  #isKept(path: string): boolean {
    return !path.endsWith('.patches.json') || existsSync(this.#draft(`${path}.sha256`))
  }

  async #keptTarget(path: string): Promise<TargetJson> {
    const hash = readFileSync(this.#draft(`${path}.sha256`), 'utf8')
    const described = await describe(this.#target(`${hash}.${path}`))
    if (described.hashes.sha256 === hash) return described
    throw new SaltError(
      'UPDATE_INVALID',
      `${this.#target(`${hash}.${path}`)} was changed; add the release again`,
    )
  }

  #writeDraft(index: { readonly releases: readonly ReleaseName[] }): void {
    writeDurably(this.#draft(indexTarget), `${JSON.stringify(index, null, 1)}\n`)
  }

  #metadata(file: string): string {
    return join(this.#init.directory, 'metadata', file)
  }

  #target(file: string): string {
    return join(this.#init.directory, 'targets', file)
  }

  #draft(file: string): string {
    return join(this.#init.directory, 'draft', file)
  }
}

async function describe(file: string): Promise<TargetJson> {
  return { length: readFileSync(file).length, hashes: { sha256: await sha256OfFile(file) } }
}

/** The keys of a root without those that only `role` had. */
function withoutUnused(
  { keys, roles: all }: RootJson,
  role: RoleName,
  dropped: readonly string[],
): RootJson['keys'] {
  const used = Object.entries(all).flatMap(([name, { keyids }]) =>
    name === role ? keyids.filter((id) => !dropped.includes(id)) : keyids,
  )
  return Object.fromEntries(Object.entries(keys).filter(([id]) => used.includes(id)))
}

function seal(
  kind: MetadataKind,
  signed: Readonly<Record<string, unknown>>,
  keys: readonly SigningKey[],
): unknown {
  const metadata = Metadata.fromJSON(kind as MetadataKind.Root, { signed: signed as never, signatures: [] })
  for (const key of keys)
    metadata.sign((bytes) => new Signature({ keyID: key.id, sig: key.sign(bytes).toString('hex') }), true)
  return metadata.toJSON()
}
