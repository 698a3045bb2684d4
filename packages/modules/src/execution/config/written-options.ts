// SPDX-License-Identifier: Apache-2.0
import { equal, optionRows } from '@halite/core'

/**
 * Options that a minion of Salt's does not have unless its file says so. As long as nobody writes them they must not hide grains
 * and pillar of the same name: `config.get('mysql')` of a formula means its pillar.
 */
const notInSalt = [
  'allow_undefined',
  'append_domain',
  'ca_bundle',
  'disable_states',
  'drain_timeout',
  'exclude_ext_pillar',
  'ext_pillar',
  'ext_pillar_first',
  'fileserver_events',
  'fileserver_limit_traversal',
  'fileserver_update_interval',
  'git_pillar_depth',
  'git_pillar_proxy',
  'gitfs_depth',
  'gitfs_lock_timeout',
  'gitfs_proxy',
  'include',
  'jinja_env',
  'jinja_lstrip_blocks',
  'jinja_sls_env',
  'jinja_trim_blocks',
  'job_memory_max',
  'log_format',
  'mine_functions',
  'minionfs_blacklist',
  'minionfs_env',
  'minionfs_mountpoint',
  'minionfs_whitelist',
  'mysql',
  'no_proxy',
  'permissive_ids',
  'pillar_raise_on_missing',
  'postgres',
  'publish_port',
  'redis.db',
  'redis.host',
  'redis.password',
  'redis.port',
  'site_code_blocked_max',
  'site_code_time_max',
  'state_compress_ids',
  'state_max_parallel',
  'state_output_exclude',
  'state_output_pct',
  'state_output_terse',
  'state_tabular',
  'update_fetch_timeout',
  'update_health_timeout',
  'update_trust_root',
  'update_verify',
  'user_agent',
  'verify_ssl',
  'winrepo_depth',
  'winrepo_installer_cache_expire',
  'winrepo_proxy',
] as const

type Options = Readonly<Record<string, unknown>>

/** Templates ask often, and always of the same options. */
const known = new WeakMap<Options, Options>()

/** Options as Salt's minion has them: without those of `notInSalt` that stand at their default. */
export function writtenOptions(options: Options): Options {
  let written = known.get(options)
  if (written === undefined) {
    const rows = optionRows('minion')
    const copy: Record<string, unknown> = { ...options }
    for (const name of notInSalt) if (equal(options[name], rows.get(name)?.default)) delete copy[name]
    written = copy
    known.set(options, written)
  }
  return written
}
