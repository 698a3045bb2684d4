// SPDX-License-Identifier: Apache-2.0
import type { Secret } from '@halite/core'
import type { GitUrl } from './git-url.ts'

/** A repository elsewhere, and how to get at it: what `gitfs`, `git_pillar` and `winrepo` have in common. */
export interface GitRemote {
  /** Whose it is, as its options are named: `gitfs`, `git_pillar`, `winrepo`. */
  readonly role: string
  /** As the configuration names it, without a password. */
  readonly id: string
  readonly url: GitUrl
  /** The per-remote parameter `name`. */
  readonly name: string | undefined
  /** What is fetched, and under which names: git's refspecs. */
  readonly refspecs: readonly string[]
  /** Commits of each branch that are fetched; 0 for all. */
  readonly depth: number
  /** Whether certificates are verified, or the file of authorities they are verified with. */
  readonly sslVerify: boolean | string
  /** URL of a proxy; may hold a password. */
  readonly proxy: Secret | undefined
  readonly auth: GitAuth
}

/** Who asks. */
export interface GitAuth {
  readonly user: string | undefined
  readonly password: Secret | undefined
  /** Path of a private key, for ssh. */
  readonly privkey: string | undefined
  readonly passphrase: Secret | undefined
}
