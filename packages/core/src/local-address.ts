// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path'
import { type SafePath, safeJoin } from './safe-path.ts'

/** The file that holds a local user's key of the running master, as Salt names it. Throws `PATH_UNSAFE`. */
export function localKeyFile(cachedir: string, user: string): SafePath {
  return safeJoin(cachedir, `.${user}_key`)
}

/** Where local clients reach the master: a unix socket in `sock_dir`; on Windows a loopback port beside `ret_port`. */
export function localAddress(sockDir: string, retPort: number): string {
  if (process.platform === 'win32') return `tcp://127.0.0.1:${retPort + 2}`
  return `ipc://${join(sockDir, 'master.ipc')}`
}
