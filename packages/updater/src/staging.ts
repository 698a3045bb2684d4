// SPDX-License-Identifier: Apache-2.0
import {
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  fchownSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  statfsSync,
  statSync,
} from 'node:fs'
import { join } from 'node:path'
import { type Logger, SaltError } from '@halite/core'
import { removeVersion } from './collect.ts'
import { renameDurably, syncDirectory } from './durable-file.ts'
import type { FetchPlace, VersionFinder } from './finder.ts'
import type { Layout } from './layout.ts'
import { looksComplete, readManifest, verifyFiles } from './manifest.ts'
import { completeVersions } from './pointers.ts'
import { type ReleaseName, releaseName } from './release-name.ts'

/** Room beyond what the files take. */
const spareBytes = 16 * 2 ** 20
/** What a process that was killed wrote beside a file is not younger. */
const leftoverMs = 10_000

/** What is fetched, from where to where, and who receives its progress. */
export interface Staging extends Pick<FetchPlace, 'onProgress' | 'signal'> {
  readonly layout: Layout
  readonly finder: VersionFinder
  readonly release: ReleaseName
  readonly log: Logger
}

/**
 * Brings a release into its folder, which appears as the last step: complete, compared with its manifest, flushed to the
 * disk. The caller holds the lock. Rejects as the finder does, and with `UPDATE_INVALID` and `UPDATE_FAILED`; nothing is left then.
 */
export async function stageVersion({
  layout,
  finder,
  release,
  log,
  onProgress,
  signal,
}: Staging): Promise<void> {
  clearWork(layout)
  const downloads = join(layout.work, 'downloads')
  const unpacked = join(layout.work, 'unpacked')
  try {
    for (const folder of [layout.work, downloads, unpacked]) mkdirSync(folder, { mode: 0o755 })
    checkRoom(layout)
    const present = completeVersions(layout).map((name) => layout.version(name))
    await finder.fetchVersion(release, { downloads, unpacked, present, onProgress, signal })
    await checkRelease(unpacked, release)
    settleTree(unpacked, ownerOf(layout))
    await moveAway(layout, releaseName(release), log)
    renameDurably(unpacked, layout.version(releaseName(release)))
  } finally {
    clearWork(layout)
  }
}

/** Whether a folder holds a version, byte for byte. */
export async function isWhole(folder: string): Promise<boolean> {
  if (!looksComplete(folder)) return false
  return verifyFiles(folder, readManifest(folder)).then(
    () => true,
    () => false,
  )
}

/** Removes what an attempt left, also what processes that were killed had written beside their files. */
export function clearWork(layout: Layout): void {
  rmSync(layout.work, { recursive: true, force: true })
  for (const name of readdirSync(layout.root))
    if (isLeftover(join(layout.root, name))) rmSync(join(layout.root, name), { force: true })
}

/** A file that was to be renamed or linked to its place; one that is new may be of a process that is about to. */
function isLeftover(path: string): boolean {
  if (/[\\/]\.[0-9a-f-]{36}\.tmp$/.test(path)) return true
  if (!/[\\/]\.(?:update|trial)\.lock\.[0-9a-f]{12}$/.test(path)) return false
  const found = statSync(path, { throwIfNoEntry: false })
  return found !== undefined && Math.abs(Date.now() - found.mtimeMs) > leftoverMs
}

function checkRoom({ root }: Layout): void {
  const { bavail, bsize } = statfsSync(root)
  if (bavail * bsize < spareBytes) throw new SaltError('UPDATE_FAILED', `there is no room left below ${root}`)
}

/** What a finder brought has to be what it was asked for, whatever it believes. */
async function checkRelease(folder: string, { app, version, platform }: ReleaseName): Promise<void> {
  const manifest = readManifest(folder)
  if (manifest.app !== app || manifest.version !== version || manifest.platform !== platform)
    throw new SaltError(
      'UPDATE_INVALID',
      `a release that was asked for as ${releaseName({ app, version, platform })} is ${releaseName(manifest)}`,
    )
  await verifyFiles(folder, manifest)
}

interface Owner {
  readonly uid: number
  readonly gid: number
}

/** Whose the versions are. */
function ownerOf({ versions }: Layout): Owner {
  return statSync(versions)
}

/** Gives a tree the owner of the versions beside it and modes that no umask makes less, and flushes its names. */
function settleTree(folder: string, owner: Owner): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) settleTree(path, owner)
    else settle(path, owner)
  }
  settle(folder, owner)
  syncDirectory(folder)
}

/** Who may not read a release cannot start it. Only root can give files away. */
function settle(path: string, { uid, gid }: Owner): void {
  if (process.platform === 'win32') return
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW)
  try {
    const found = fstatSync(descriptor)
    const mode = found.isDirectory() || (found.mode & 0o100) !== 0 ? 0o755 : 0o644
    if ((found.mode & 0o7777) !== mode) fchmodSync(descriptor, mode)
    const isOurs = found.uid === uid && found.gid === gid
    if (!isOurs && process.geteuid?.() === 0) fchownSync(descriptor, uid, gid)
  } finally {
    closeSync(descriptor)
  }
}

/** A folder of that name that is not whole. */
async function moveAway(layout: Layout, name: string, log: Logger): Promise<void> {
  if (!existsSync(layout.version(name))) return
  if (await removeVersion(layout, name, log)) return
  throw new SaltError('UPDATE_FAILED', `${layout.version(name)} is damaged, and something runs from it`)
}
