// SPDX-License-Identifier: Apache-2.0
import type { Logger } from '@halite/core'
import type { MasterCalls } from '@halite/executor'
import type { JobsContext, KeysContext, MasterContext } from '@halite/loader'
import type { Connections } from './connections.ts'
import type { Batches } from './jobs/batches.ts'
import type { JobStore } from './jobs/job-store.ts'
import type { JobTracker } from './jobs/job-tracker.ts'
import type { MinionData } from './minion-data.ts'
import type { Runs } from './runs.ts'

/** What functions of the master work on. */
export interface ContextParts {
  readonly options: MasterContext['options']
  readonly log: Logger
  readonly keys: KeysContext & { accepted(): readonly Parameters<MasterContext['grains']>[0][] }
  readonly store: JobStore
  readonly batches: Batches
  /** Kills a job on these minions. */
  readonly kill: JobsContext['kill']
  /** Made of what is here, and so later. */
  readonly runs: () => Runs
  readonly tracker: JobTracker
  readonly connections: Connections
  readonly data: MinionData
}

/** The context of functions that run on the loop of the master: the wheel. */
export function wheelContext(parts: ContextParts): MasterContext {
  const { options, log } = parts
  const { signal } = new AbortController()
  return { ...masterCalls(parts), options, log, signal, progress: () => undefined }
}

/** What runners ask of the master. */
export function masterCalls(parts: ContextParts): MasterCalls {
  const { keys, store, batches, kill, runs, connections, data } = parts
  return {
    keys,
    jobs: {
      load: (jid) => store.load(jid),
      returns: (jid) => store.returns(jid),
      list: (range) => store.list(range),
      active: () => activeJobs(parts),
      stopBatch: (jid, reason) => batches.stop(jid, reason),
      batches: () => batches.list(),
      kill: (jid, ids) => kill(jid, ids),
      runs: () => runs().list(),
      stopRun: (jid, reason) => runs().stop(jid, reason),
    },
    presence: () => keys.accepted().map((id) => connections.presence(id)),
    grains: (id) => data.grains(id),
    pillar: (id) => data.pillar(id),
  }
}

function activeJobs({
  store,
  tracker,
  connections,
}: ContextParts): Awaited<ReturnType<JobsContext['active']>> {
  return tracker.active().flatMap(({ load, running: acknowledged }) => {
    const job = store.load(load.jid)
    const running = [...acknowledged].filter((id) => connections.of(id).size > 0)
    if (job === undefined || running.length === 0) return []
    return [{ job, running, returned: store.returnedIds(load.jid) }]
  })
}
