// SPDX-License-Identifier: Apache-2.0

/**
 * Frozen releases that keep themselves up to date: versions side by side in one directory, found, fetched, verified and
 * staged beside the one that runs, switched to on trial, and left again when they do not become healthy. Usable by any
 * Node program; knows nothing of masters and minions.
 */
export { applyPatch, type PatchWork, whyNoPatch } from './apply-patch.ts'
export { type DownloadSettings, fetchLimit } from './download.ts'
export { writeDurably } from './durable-file.ts'
export type { FetchPlace, Progress, VersionFinder, Wanted } from './finder.ts'
export { SignedRepository, type SignedRepositoryInit } from './finders/signed-repository.ts'
export { LocalDirectory, WebDirectory } from './finders/zip-directory.ts'
export { FrozenApp, type FrozenAppInit, type InstallOptions } from './frozen-app.ts'
export { Layout } from './layout.ts'
export { type Manifest, type ManifestFile, parseManifest, readManifest, verifyFiles } from './manifest.ts'
export { repairCurrent } from './pointers.ts'
export {
  isVersion,
  parseReleaseName,
  parseVersion,
  type ReleaseName,
  releaseName,
  thisPlatform,
} from './release-name.ts'
export { KeyDirectory, type RoleName } from './repository/keys.ts'
export { Repository, type RepositoryInit } from './repository/repository.ts'
export {
  beginTrial,
  confirm,
  countAttempt,
  type FailedVersion,
  forgetVerdict,
  forgive,
  type Health,
  longestTrialMs,
  noteEnd,
  readFailed,
  readTrial,
  readVerdict,
  rollBack,
  setNote,
  settleTrial,
  type Trial,
  type Verdict,
} from './trial.ts'
export { compareVersions, newestOf } from './version-order.ts'
export { WebAccess } from './web-access.ts'
