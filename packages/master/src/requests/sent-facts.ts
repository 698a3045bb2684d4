// SPDX-License-Identifier: Apache-2.0
import type { MinionData } from '../minion-data.ts'
import type { MinionSession } from '../sessions/connections.ts'

/** The grains kept of a minion; those that a call sends win over them, for this once. Throws `VALUE_TOO_LARGE`. */
export function factsOf(
  data: MinionData,
  { peer: { id, role } }: MinionSession,
  sent: Record<string, unknown> | undefined,
): Readonly<Record<string, unknown>> {
  const kept = data.grains(id) ?? {}
  if (role !== 'call' || sent === undefined) return kept
  data.checkSize(id, sent)
  return { ...kept, ...sent }
}
