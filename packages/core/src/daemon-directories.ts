// SPDX-License-Identifier: Apache-2.0
import type { OwnDirectoryOptions } from './own-directory.ts'

/** A directory that a daemon keeps for itself. */
export interface DaemonDirectory extends OwnDirectoryOptions {
  readonly path: string
}

interface Kept {
  readonly cachedir: string
  readonly pki_dir: string
}

/** The directories of a master. */
export function masterDirectories(options: Kept & { readonly sock_dir: string }): DaemonDirectory[] {
  // Narrowed before a socket is bound in it: whoever gets in reaches the socket.
  return [
    ...minionDirectories(options),
    { path: options.sock_dir, mode: 0o700, narrow: true, forAdministrators: true },
  ]
}

/** The directories of a minion. */
export function minionDirectories({ cachedir, pki_dir }: Kept): DaemonDirectory[] {
  return [
    { path: cachedir, mode: 0o750, forAdministrators: true },
    { path: pki_dir, mode: 0o700, forAdministrators: true },
  ]
}
