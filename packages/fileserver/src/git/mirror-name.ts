// SPDX-License-Identifier: Apache-2.0
import { hashBytes } from '../hash-file.ts'
import type { GitRemote } from './git-remote.ts'

/** Of all that says what is fetched, so that no remote finds what another one left under its name. */
export function mirrorName({ name, url, refspecs, depth }: GitRemote): string {
  const hash = hashBytes(Buffer.from([url.href, ...refspecs, depth].join('\0')), 'sha256').slice(0, 32)
  return name === undefined ? hash : `${name}-${hash}`
}
