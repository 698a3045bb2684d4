// SPDX-License-Identifier: Apache-2.0
import { maxReturnBytes } from './loads/bounds.ts'
import { callLoads } from './loads/calls.ts'
import { clientLoads } from './loads/clients.ts'
import { dataLoads } from './loads/data.ts'
import { jobLoads } from './loads/jobs.ts'
import { sessionLoads } from './loads/sessions.ts'

/**
 * The decoder of every load that travels sealed, and the bounds they share. Each throws `VALUE_MALFORMED` naming the field.
 * What a master sends may contain fields of a later version, which are ignored; in what it receives unknown fields are refused.
 * `docs/wire.md` specifies when each is sent and what it is answered with.
 */
export const loads = {
  /** Most bytes of a single return, packed. */
  maxReturnBytes,
  /** Limits under which a packed return is unpacked for display; a minion keeps to them when it packs. */
  returnLimits: { maxBytes: maxReturnBytes, maxDepth: 256, maxValues: 1_000_000 },
  ...jobLoads,
  ...sessionLoads,
  ...dataLoads,
  ...clientLoads,
  ...callLoads,
} as const
