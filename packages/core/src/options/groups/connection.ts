// SPDX-License-Identifier: Apache-2.0
import { atRestart, row } from '../row.ts'
import { amount, boolean, count, either, integer, port, text, textList } from '../value-types.ts'

/** How a minion reaches its master. */
export const connection = {
  'Connection to the master': {
    master: atRestart(
      row(
        either(text, textList),
        'salt',
        'Host name or address of the master, or a list of several masters.',
      ),
    ),
    master_port: atRestart(row(port, 4506, 'Port of the master for requests and returns.')),
    publish_port: row(port, 4505, 'Port of the master for publications, if the master does not report it.'),
    master_finger: row(
      text,
      '',
      "Fingerprint that the master's key must have, as printed by `salt-key -F master`.",
    ),
    verify_master_pubkey_sign: row(boolean, false, "Require a signature of the master's key."),
    retry_dns: row(
      count('seconds'),
      30,
      'Interval between attempts to resolve the name of the master; 0: exit instead.',
    ),
    retry_dns_count: row(
      integer,
      -1,
      'Attempts to resolve the name before the minion exits; -1 for no limit.',
    ),
    master_tries: row(
      integer,
      -1,
      'Attempts to reach the master before the minion exits, each of `auth_tries` handshakes; -1 for no limit.',
    ),
    auth_timeout: row(amount('seconds'), 5, 'How long to wait for the answer to a handshake.'),
    auth_tries: row(count(), 7, 'Unanswered handshakes that count as one attempt of `master_tries`.'),
    acceptance_wait_time: row(
      amount('seconds'),
      10,
      'Interval at which a minion whose key is pending asks again.',
    ),
    acceptance_wait_time_max: row(
      amount('seconds'),
      0,
      'Upper bound of that interval, which then doubles each time. 0: it stays at `acceptance_wait_time`.',
    ),
    rejected_retry: row(
      boolean,
      false,
      'Keep asking after the master has rejected the key, instead of exiting.',
    ),
    random_reauth_delay: row(
      amount('seconds'),
      10,
      'Upper bound of the random delay before a lost session is re-established.',
    ),
    recon_default: row(count('milliseconds'), 1000, 'Shortest delay between attempts to connect.'),
    recon_max: row(count('milliseconds'), 10000, 'Longest delay between attempts to connect.'),
    recon_randomize: row(
      boolean,
      true,
      'Randomize the delays, so that the minions of a fleet do not reconnect at the same moment.',
    ),
    request_channel_timeout: row(amount('seconds'), 60, 'Maximum duration of a request to the master.'),
  },
}
