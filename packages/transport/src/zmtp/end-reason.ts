// SPDX-License-Identifier: Apache-2.0
import type { Fault } from './fault.ts'

/** Why a connection ended; the counter is `ended_<reason>`. */
export type EndReason =
  | Fault
  | 'closed'
  | 'silent'
  | 'displaced'
  | 'unproven'
  | 'too_many_commands'
  | 'too_many_bytes_waiting'
  | 'stalled'
  | 'frame_unfinished'
  | 'no_room'
  | 'session_ended'
  | 'shut_down'
