// SPDX-License-Identifier: Apache-2.0
import { userInfo } from 'node:os'
import { type MasterOptions, SaltError } from '@halite/core'

/** What somebody wants to do, with all that a rule may look at. */
export interface Wish {
  readonly user: string
  /** `publish` a job, run a function of the master (`runner`, `wheel`), `fire` an event, or `read` what it knows. */
  readonly kind: 'publish' | 'runner' | 'wheel' | 'fire' | 'read'
  /** The function; of a `fire` the tag, of a `read` the name of the request. */
  readonly fun: string | readonly string[]
  /** Its arguments; of a `fire` the data, of a `read` the load. */
  readonly arg?: readonly unknown[]
  /** Keyword arguments of a runner or wheel function. */
  readonly kwarg?: Readonly<Record<string, unknown>> | undefined
  /** Of a job: whom it is for. */
  readonly target?: WishedTarget
}

/** Minions as a wish names them. */
export interface WishedTarget {
  readonly tgt: unknown
  readonly tgtType: string
}

/** Users who get a key of the running master: the user it runs as, and root, who can read any file anyway. */
export function localUsers({ user }: MasterOptions): string[] {
  return [...new Set([userInfo().username, user, 'root'])].filter((name) => name !== '')
}

/**
 * The only way to execution: every job and every function of the master passes what this gives, with the user whose key
 * was proven. It denies by default, throwing `REQUEST_DENIED`; those who are `localUsers` now may do everything. Who they
 * are is asked of the system once, as their keys are made once.
 */
export function authoriser(options: MasterOptions): (wish: Wish) => void {
  const allowed = new Set(localUsers(options))
  return ({ user, kind, fun }) => {
    if (allowed.has(user)) return
    throw new SaltError(
      'REQUEST_DENIED',
      `user ${user} may not ${kind} ${typeof fun === 'string' ? fun : fun.join(',')}`,
      { hint: 'Run it as root or as the user the master runs as.' },
    )
  }
}

/** The same, except that a master that stops takes no new jobs and runners: `JOB_ABORTED`. */
export function unlessClosing(
  authorise: (wish: Wish) => void,
  isClosing: () => boolean,
): (wish: Wish) => void {
  return (wish) => {
    authorise(wish)
    if (!isClosing() || (wish.kind !== 'publish' && wish.kind !== 'runner')) return
    throw new SaltError('JOB_ABORTED', 'the master stops, and takes no new jobs', {
      hint: 'Try again when it runs again.',
    })
  }
}
