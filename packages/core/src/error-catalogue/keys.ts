// SPDX-License-Identifier: Apache-2.0
import { exitCodes } from '../exit-codes.ts'
import { type ErrorEntry, entry } from './entry.ts'

/** Keys of minions and masters. */
export const keyErrors = {
  KEY_PENDING: entry(
    'The key of this minion is pending.',
    'Accept it on the master: `salt-key -a <id>`.',
    exitCodes.temporary,
  ),
  KEY_REJECTED: entry(
    'The master rejected the key of this minion.',
    'On the master: `salt-key -d <id>`, then restart the minion.',
    exitCodes.noPermission,
  ),
  KEY_DENIED: entry(
    'The master has a different key for this id.',
    'If the machine was reinstalled, run `salt-key -d <id>` on the master; otherwise choose another `id`.',
    exitCodes.noPermission,
  ),
  MASTER_FULL: entry(
    'The master has reached its limit of accepted or pending keys.',
    'Accept or delete keys, or raise `max_minions`.',
    exitCodes.temporary,
  ),
  MASTER_KEY_CHANGED: entry(
    'The key of the master is not the pinned one.',
    'If the master was reinstalled, delete the pinned key that the message names; otherwise someone may be intercepting the connection.',
    exitCodes.noPermission,
  ),
  MASTER_FINGER_MISMATCH: entry(
    'The key of the master does not have the configured `master_finger`.',
    'Compare it with the output of `salt-key -F master` on the master.',
    exitCodes.incomplete,
  ),
} as const satisfies Record<string, ErrorEntry>
