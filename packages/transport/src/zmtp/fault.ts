// SPDX-License-Identifier: Apache-2.0

/** Why bytes of a peer end its connection; each is a counter of `status` with `ended_` in front. */
export type Fault =
  | 'not_zmtp'
  | 'version_refused'
  | 'mechanism_refused'
  | 'socket_type_refused'
  | 'frame_malformed'
  | 'frame_too_large'
  | 'too_many_bytes_unproven'
  | 'command_unknown'
  | 'error_of_peer'
