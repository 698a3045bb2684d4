// SPDX-License-Identifier: Apache-2.0

/**
 * Frozen releases that keep themselves up to date: versions side by side in one directory, found, fetched, verified and
 * staged beside the one that runs, switched to on trial, and left again when they do not become healthy. Usable by any
 * Node program; knows nothing of masters and minions.
 */
export { Layout } from './layout.ts'
export { repairCurrent } from './pointers.ts'
export {
  isVersion,
  parseReleaseName,
  parseVersion,
  type ReleaseName,
  releaseName,
  thisPlatform,
} from './release-name.ts'
export {
  beginTrial,
  confirm,
  countAttempt,
  type FailedVersion,
  forgetVerdict,
  forgive,
  type Health,
  noteEnd,
  readFailed,
  readTrial,
  readVerdict,
  rollBack,
  settleTrial,
  type Trial,
  type Verdict,
} from './trial.ts'
export { compareVersions, newestOf } from './version-order.ts'
