// SPDX-License-Identifier: Apache-2.0

/** The options about pillar that comes from git; those that a remote can have for itself are its defaults. */
export interface GitPillarOptions {
  readonly git_pillar_base: string
  readonly git_pillar_branch: string
  readonly git_pillar_env: string
  readonly git_pillar_root: string
  readonly git_pillar_fallback: string
  readonly git_pillar_update_interval: number
  readonly git_pillar_refspecs: string | readonly string[]
  readonly git_pillar_depth: number
  readonly git_pillar_ssl_verify: boolean | string
  readonly git_pillar_proxy: string
  readonly git_pillar_user: string
  readonly git_pillar_password: string
  readonly git_pillar_insecure_auth: boolean
  readonly git_pillar_privkey: string
  readonly git_pillar_pubkey: string
  readonly git_pillar_passphrase: string
  readonly git_pillar_global_lock: boolean
}
