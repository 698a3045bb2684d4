// SPDX-License-Identifier: Apache-2.0
import { atRestart, row } from '../row.ts'
import { boolean, count, map, path } from '../value-types.ts'

/** Which keys the master accepts, and who may publish. */
export const keys = {
  'Keys and trust': {
    auto_accept: row(
      boolean,
      false,
      'Accept every new key. Anyone who can reach the master can then become one of its minions.',
    ),
    open_mode: row(boolean, false, 'Accept every key, even a changed one. Disables authentication.'),
    autosign_file: row(
      path,
      '<config>/autosign.conf',
      'File of globs or regular expressions, one per line: keys of matching ids are accepted.',
    ),
    autoreject_file: row(
      path,
      '<config>/autoreject.conf',
      'File of globs or regular expressions, one per line: keys of matching ids are rejected.',
    ),
    permissive_pki_access: row(boolean, false, 'Allow the group to read keys and to write `autosign_file`.'),
    max_minions: row(
      count('minions'),
      0,
      'Maximum number of accepted keys; further minions are refused because the master is full. 0 for no limit.',
    ),
    max_pending_keys: row(
      count('keys'),
      10000,
      'Maximum number of pending and denied keys; further ones are refused and counted. Not an option of Salt.',
    ),
    max_pending_keys_per_address: row(
      count('keys'),
      1000,
      'The same limit per address, where the address is known; 0 for no limit. Not an option of Salt.',
    ),
    pending_key_timeout: row(
      count('seconds'),
      3600,
      'Once `max_pending_keys` is reached, keys that were not presented for this long make room for new ones. Not an option of Salt.',
    ),
    allow_minion_key_revoke: row(
      boolean,
      true,
      'Allow a minion to request deletion of its own key (`saltutil.revoke_auth`).',
    ),
    rotate_aes_key: row(
      boolean,
      true,
      'Replace the key of publications when the key of a minion is deleted or rejected.',
    ),
    publish_session: atRestart(row(count('seconds'), 86400, 'Lifetime of the key of publications.')),
    publisher_acl: row(
      map,
      {},
      'Users, or globs of users, and the functions that each may call without being root.',
    ),
  },
}
