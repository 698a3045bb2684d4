// SPDX-License-Identifier: Apache-2.0
import type { Jid, MinionId } from '@halite/core'
import type { Connections } from '../sessions/connections.ts'
import type { JobTracker } from './job-tracker.ts'

/** How a job stands with one minion that has not returned. */
export interface Standing {
  readonly id: MinionId
  readonly connected: boolean
  /** It said that it has the job; after a restart of the master: it is here and may have it. */
  readonly acknowledged: boolean
  /** It restarts with the job, and the time for that is not over. */
  readonly isAway: boolean
  /** For people, for when nothing comes any more. */
  readonly reason: string
}

/** How a job stands with each of these minions, in their order. */
export function standingOf(
  { tracker, connections }: { readonly tracker: JobTracker; readonly connections: Connections },
  jid: Jid,
  ids: readonly MinionId[],
): Standing[] {
  const job = tracker.get(jid)
  return ids.map((id) => {
    const connected = connections.of(id).size > 0
    // A master that was restarted does not remember who acknowledged: those who are here are asked.
    const acknowledged = job === undefined ? connected : job.running.has(id)
    const absence = tracker.absence(jid, id)
    return {
      id,
      connected,
      acknowledged,
      isAway: absence?.isOver === false,
      reason:
        absence?.isOver === true
          ? `it began an update and did not finish it within ${Math.round(absence.lengthMs / 1000)} s`
          : reasonOf(connected ? connections.breakage(id) : connections.absence(id), acknowledged),
    }
  })
}

function reasonOf(absence: string | undefined, acknowledged: boolean): string {
  if (absence !== undefined)
    return acknowledged ? `the job was running when the connection ended: ${absence}` : absence
  return acknowledged
    ? 'the job ended there without a return'
    : 'connected, but it did not acknowledge the job'
}
