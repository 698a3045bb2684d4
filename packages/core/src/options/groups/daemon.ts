// SPDX-License-Identifier: Apache-2.0
import { atRestart, row } from '../row.ts'
import { amount, boolean, integer, text } from '../value-types.ts'

/** How a daemon runs. */
export const daemon = {
  Process: {
    user: atRestart(row(text, '<user>', 'User that the daemon runs as. Default: the user who starts it.')),
    verify_env: row(
      boolean,
      true,
      'At start, create missing directories and correct their owner and permissions.',
    ),
    permissive_ids: row(
      boolean,
      false,
      'Allow letters and digits of any script, and `~ = %`, in minion ids. Set it on the master and on the minions concerned. Not an option of Salt.',
    ),
    drain_timeout: row(
      amount('seconds'),
      1,
      'How long a stopping daemon waits for running jobs or runners before it ends them. Not an option of Salt.',
    ),
    ipv6: atRestart(
      row(
        boolean,
        false,
        'Listen on IPv6 and prefer it when resolving names. Has no effect on an option that is an IPv6 address: that always uses IPv6.',
      ),
    ),
    tcp_keepalive: row(boolean, true, 'Send TCP keepalive probes on idle connections.'),
    tcp_keepalive_idle: row(
      integer,
      300,
      'Idle time in seconds before the first probe; -1 for the system default.',
    ),
    tcp_keepalive_cnt: row(
      integer,
      -1,
      'Unanswered probes after which a connection is closed; -1 for the system default.',
    ),
    tcp_keepalive_intvl: row(integer, -1, 'Seconds between probes; -1 for the system default.'),
  },
}
