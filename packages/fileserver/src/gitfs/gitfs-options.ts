// SPDX-License-Identifier: Apache-2.0
import type { HashType } from '../hash-file.ts'
import type { IgnoreOptions } from '../ignore.ts'

type Names = string | readonly string[]

/** The options that say what is served from git; those that a remote can have for itself are its defaults. */
export interface GitfsOptions extends IgnoreOptions {
  readonly hash_type: HashType
  readonly fileserver_update_interval: number
  readonly gitfs_remotes: readonly unknown[]
  readonly gitfs_saltenv: readonly unknown[]
  readonly gitfs_base: string
  readonly gitfs_fallback: string
  readonly gitfs_root: string
  readonly gitfs_mountpoint: string
  readonly gitfs_disable_saltenv_mapping: boolean
  readonly gitfs_ref_types: Names
  readonly gitfs_saltenv_whitelist: Names
  readonly gitfs_saltenv_blacklist: Names
  readonly gitfs_refspecs: Names
  readonly gitfs_depth: number
  readonly gitfs_update_interval: number
  readonly gitfs_ssl_verify: boolean | string
  readonly gitfs_proxy: string
  readonly gitfs_user: string
  readonly gitfs_password: string
  readonly gitfs_insecure_auth: boolean
  readonly gitfs_privkey: string
  readonly gitfs_pubkey: string
  readonly gitfs_passphrase: string
  readonly gitfs_global_lock: boolean
  readonly gitfs_lock_timeout: number
}
