// SPDX-License-Identifier: Apache-2.0

/** The options that say which definitions come from git; those that a remote can have for itself are its defaults. */
export interface WinrepoOptions {
  readonly cachedir: string
  readonly winrepo_dir: string
  readonly winrepo_dir_ng: string
  readonly winrepo_remotes: readonly unknown[]
  readonly winrepo_remotes_ng: readonly unknown[]
  readonly winrepo_branch: string
  readonly winrepo_fallback: string
  readonly winrepo_refspecs: string | readonly string[]
  readonly winrepo_depth: number
  readonly winrepo_ssl_verify: boolean | string
  readonly winrepo_proxy: string
  readonly winrepo_user: string
  readonly winrepo_password: string
  readonly winrepo_insecure_auth: boolean
  readonly winrepo_privkey: string
  readonly winrepo_pubkey: string
  readonly winrepo_passphrase: string
}
