// SPDX-License-Identifier: Apache-2.0
import {
  type Clock,
  type DataMap,
  isMinionId,
  type Logger,
  type MasterOptions,
  type MinionId,
  mapOf,
  SaltError,
  unpack,
} from '@halite/core'
import type { MasterCalls } from '@halite/executor'
import {
  type FilesContext,
  type FileserverContext,
  type JobsContext,
  type KeysContext,
  type MasterContext,
  type MinionJob,
  type PillarTop,
  type PillarWish,
  programRunner,
  thisMachine,
  unnoted,
} from '@halite/loader'
import { loads } from '@halite/protocol'
import type { EventBus } from './events.ts'
import { askMinions } from './jobs/ask-minions.ts'
import type { Jobs } from './jobs/jobs.ts'
import type { Runs } from './jobs/runs.ts'
import type { Mine } from './mine/mine.ts'
import type { MinionData } from './minion-data.ts'
import type { Pillars } from './pillar/pillars.ts'
import type { Connections } from './sessions/connections.ts'

/** What functions of the master work on. */
export interface MasterServices {
  readonly options: MasterOptions
  readonly log: Logger
  readonly keys: KeysContext & { accepted(): readonly Parameters<MasterContext['grains']>[0][] }
  readonly fileserver: FileserverContext
  /** Its files as a minion of its own would have them. */
  readonly files: FilesContext
  readonly jobs: Jobs
  /** Late, because runners are given what is here. */
  readonly runs: () => Runs
  readonly connections: Connections
  readonly data: MinionData
  readonly pillar: Pillars
  readonly mine: Mine
  readonly events: EventBus
  readonly clock: Clock
}

/** The context of functions that run on the loop of the master: the wheel. */
export function wheelContext(services: MasterServices): MasterContext {
  const { options, log } = services
  const { signal } = new AbortController()
  const leftovers = unnoted
  const run = programRunner({ signal, leftovers }, thisMachine)
  return {
    ...masterCalls(services),
    ...onlyInExecutors,
    ...{ options, log, signal, run, leftovers },
    local: undefined,
    progress: () => undefined,
    fireEvent: refuse,
  }
}

/** What takes long runs in no daemon: built-in wheel functions do without. */
const onlyInExecutors = {
  command: refuse,
  callMaster: refuse,
  waitForEvents: refuse,
  asMinion: refuse,
}

async function refuse(): Promise<never> {
  throw new SaltError('COMMAND_FAILED', 'wheel functions cannot give minions jobs; runners can')
}

/** What runners ask of the master. */
export function masterCalls(services: MasterServices): MasterCalls {
  const { keys, fileserver, jobs, runs, connections, data } = services
  const { store, batches } = jobs
  return {
    keys,
    fileserver,
    files: services.files,
    jobs: {
      load: (jid) => store.load(jid),
      returns: (jid) => store.returns(jid),
      list: (range) => store.list(range),
      active: () => activeJobs(services),
      stopBatch: (jid, reason) => batches.stop(jid, reason),
      batches: () => batches.list(),
      kill: (jid, ids) => jobs.publisher.kill(jid, ids),
      runs: () => runs().list(),
      stopRun: (jid, reason) => runs().stop(jid, reason),
    },
    presence: () => keys.accepted().map((id) => connections.presence(id)),
    grains: (id) => data.grains(id),
    pillar: (id) => data.pillar(id),
    pillars: pillarCalls(services),
    mine: { get: (question) => services.mine.get(question, undefined) },
    ask: async (job) => mapOf(await ask(services, job)),
    winrepo: {
      updateGitRepos: async (clean) => {
        const { updateWinrepo } = await import('@halite/fileserver')
        return updateWinrepo({ options: services.options, clean, log: services.log })
      },
    },
  }
}

function ask({ events, clock, jobs, options }: MasterServices, job: MinionJob) {
  const { timeout: timeoutSeconds, ...request } = job
  return askMinions(
    {
      events,
      clock,
      timeoutSeconds,
      publish: (asked, listen) => jobs.publisher.publish(String(options['user']), asked, listen),
    },
    loads.publishSchema(request, 'job'),
  )
}

function pillarCalls({ pillar, data, keys }: MasterServices): MasterCalls['pillars'] {
  const factsOf = ({ id, grains, ...wanted }: PillarWish) => {
    const isKnown = isMinionId(id) && keys.accepted().includes(id)
    return {
      ...wanted,
      // `*` is nobody's id: the pillar that everybody would get.
      id: (isMinionId(id) ? id : '*') as MinionId,
      grains: { ...(isKnown ? data.grains(id) : undefined), ...grains },
    }
  }
  return {
    compile: async (wish) => {
      const { bytes } = await pillar.compile(factsOf(wish), { isUnseen: true })
      return unpack(bytes, pillarLimits) as DataMap
    },
    top: async (wish) => (await pillar.showTop(factsOf(wish))) as PillarTop,
    isKept: () => pillar.cache !== undefined,
    kept: async (id) => mapOf((await pillar.cache?.list(id)) ?? []),
    clear: async (id) => {
      await pillar.cache?.clear(id)
    },
    fetch: (choice) => pillar.fetch(choice),
  }
}

/** What a thread of the master packed. */
const pillarLimits = { maxBytes: Number.MAX_SAFE_INTEGER, maxDepth: 1000, maxValues: Number.MAX_SAFE_INTEGER }

function activeJobs({
  jobs: { store, tracker },
  connections,
}: MasterServices): Awaited<ReturnType<JobsContext['active']>> {
  return tracker.active().flatMap(({ load, running: acknowledged }) => {
    const job = store.load(load.jid)
    const running = [...acknowledged].filter((id) => connections.of(id).size > 0)
    if (job === undefined || running.length === 0) return []
    return [{ job, running, returned: store.returnedIds(load.jid) }]
  })
}
