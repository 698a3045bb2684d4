// SPDX-License-Identifier: Apache-2.0
import { exitCodes } from '../exit-codes.ts'
import { type ErrorEntry, entry } from './entry.ts'

/** Messages, sessions and requests. */
export const wireErrors = {
  FRAME_MALFORMED: entry(
    'A frame has an invalid first byte, version, kind, length or field.',
    'Check that the peer runs Halite, in a matching version.',
  ),
  FRAME_REPLAYED: entry(
    'The counter of a sealed frame did not increase.',
    'Something between the two peers repeats or reorders frames.',
  ),
  SEAL_BROKEN: entry(
    'A sealed frame cannot be decrypted with the session key.',
    'The frame was modified, or belongs to another session.',
  ),
  SIGNATURE_INVALID: entry(
    'A signature does not verify.',
    'The sender does not have the private key it claims.',
  ),
  VERSION_REFUSED: entry(
    'The protocol version of the peer is below the minimum.',
    'Upgrade the older side.',
    exitCodes.unavailable,
  ),
  MASTER_UNRESOLVED: entry(
    'The name of the master does not resolve to an address.',
    'Correct the option `master` of the minion, or name resolution; `getent hosts <name>` resolves as the minion does.',
    exitCodes.unavailable,
  ),
  HANDSHAKE_TIMEOUT: entry(
    'The master did not answer a handshake in time.',
    'Check the address, ports and firewall; `salt-minion -l debug` logs each attempt.',
    exitCodes.unavailable,
  ),
  SESSION_LOST: entry(
    'The session with the master ended during a request.',
    'The session is re-established automatically. Repeat the request.',
    exitCodes.unavailable,
  ),
  REQUEST_TIMEOUT: entry(
    'The master did not answer a request in time.',
    'Check the load of the master, and retry.',
    exitCodes.unavailable,
  ),
  REQUEST_UNKNOWN: entry(
    'The name of a request is unknown.',
    'Check that the peer runs Halite, and not a newer version.',
  ),
  REQUEST_DENIED: entry(
    'The sender is not allowed to make this request.',
    'Run it as a user who is allowed to.',
    exitCodes.noPermission,
  ),
  REQUEST_INVALID: entry(
    'A request has missing, unknown or mistyped fields.',
    'The message names the field.',
  ),
  REQUEST_FAILED: entry(
    'A request handler failed.',
    'See the log of the master for the cause.',
    exitCodes.software,
  ),
  BUSY: entry(
    'A bounded queue is full.',
    'Retry later; the counters of the master show which queue.',
    exitCodes.temporary,
  ),
} as const satisfies Record<string, ErrorEntry>
