// SPDX-License-Identifier: Apache-2.0
import type { OptionRole } from './rows.ts'

/**
 * Options of the table that nothing reads yet: their values are checked, they are named at start when a file sets them,
 * and the reference pages mark them. A test holds the list against the code, so that it can only be right.
 */
const names: Readonly<Record<OptionRole | 'both', readonly string[]>> = {
  both: ['verify_env', 'tcp_keepalive', 'tcp_keepalive_idle', 'tcp_keepalive_cnt', 'tcp_keepalive_intvl'],
  master: ['worker_threads', 'publisher_acl', 'presence_events'],
  minion: [
    'verify_master_pubkey_sign',
    'random_reauth_delay',
    'recon_default',
    'recon_max',
    'recon_randomize',
    'multiprocessing',
    'return_retry_timer',
    'return_retry_timer_max',
    'return_retry_tries',
    'startup_states',
    'grains_cache',
    'grains_cache_expiration',
    'grains_refresh_every',
  ],
}

/** Whether an option of the table has no effect in this version. */
export function isNotUsedYet(role: OptionRole, name: string): boolean {
  return names.both.includes(name) || names[role].includes(name)
}
