// SPDX-License-Identifier: Apache-2.0
import { userInfo } from 'node:os'
import { type MasterOptions, SaltError } from '@halite/core'

/** What somebody wants to do. */
export interface Wish {
  readonly user: string
  /** `publish` a job, run a function of the master (`runner`, `wheel`), `fire` an event, or `read` what it knows. */
  readonly kind: 'publish' | 'runner' | 'wheel' | 'fire' | 'read'
  /** The function; of a `fire` the tag, of a `read` the name of the request. */
  readonly fun: string | readonly string[]
}

/** Users who get a key of the running master: who it runs as, and root, who can read any file anyway. */
export function localUsers({ user }: MasterOptions): string[] {
  return [...new Set([userInfo().username, user, 'root'])].filter((name) => name !== '')
}

/**
 * The only way to execution: every job and every function of the master passes here, with the user whose key was proven.
 * Denies by default; the users of `localUsers` may do everything. Throws `REQUEST_DENIED`.
 */
export function authorise(options: MasterOptions, { user, kind, fun }: Wish): void {
  if (localUsers(options).includes(user)) return
  throw new SaltError(
    'REQUEST_DENIED',
    `user ${user} may not ${kind} ${typeof fun === 'string' ? fun : fun.join(',')}`,
    {
      hint: 'Run it as root or as the user the master runs as.',
    },
  )
}
