// SPDX-License-Identifier: Apache-2.0
import { exitCodes } from '../exit-codes.ts'
import { type ErrorEntry, entry } from './entry.ts'

/** Frozen releases and their updates. */
export const releaseErrors = {
  UPDATE_INVALID: entry(
    'A release is invalid: its name, its manifest, its archive or one of its files.',
    'The message names the part. Nothing was installed. Publish the release again.',
  ),
  UPDATE_NOT_FOUND: entry(
    'The source of releases does not offer this version for this platform.',
    'Compare with the versions that the message lists, and with the contents of `update_url`.',
    exitCodes.unavailable,
  ),
  UPDATE_UNTRUSTED: entry(
    'The metadata of a release repository is not correctly signed, is expired, or is older than metadata seen before.',
    'Sign and publish the repository again. If that was done, someone may be tampering with the connection.',
  ),
  UPDATE_UNREACHABLE: entry(
    'The source of releases cannot be reached, or did not answer in time.',
    'Check `update_url`, and that its server is running.',
    exitCodes.temporary,
  ),
  UPDATE_FAILED: entry(
    'A version was fetched completely but does not start on this machine, or cannot be activated.',
    'The message states the reason. The previous version is still running.',
  ),
  NOT_FROZEN: entry(
    'This is not a frozen release, so it cannot update itself.',
    'Update a package with the package manager, or a clone with git.',
    exitCodes.unavailable,
  ),
} as const satisfies Record<string, ErrorEntry>
