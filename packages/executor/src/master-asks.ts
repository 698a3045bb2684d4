// SPDX-License-Identifier: Apache-2.0
import { type DataMap, type Jid, schema } from '@halite/core'
import {
  bind,
  type FilesContext,
  type FileserverContext,
  type FunctionResult,
  type JobRange,
  type JobsContext,
  type KeyScope,
  type KeySelection,
  type KeysByState,
  type KeysContext,
  type ListedJob,
  type MasterContext,
  type OrchestrationCalls,
  type PillarFetch,
  type PillarTop,
  type PillarWish,
  type Presence,
  type Registry,
  type StoredJob,
  type StoredReturn,
  services,
} from '@halite/loader'
import type { Asker, AskTable } from './asks.ts'
import { askedFileserver, fileserverAsks } from './fileserver-asks.ts'
import type { FunctionMessage } from './messages.ts'
import { askedServices, asksOf } from './minion-asks.ts'
import { askedOrchestration } from './orchestration-asks.ts'

/** What a runner may ask of its master: the context without what its executor provides itself. */
export type MasterCalls = Omit<MasterContext, OfExecutor> & {
  readonly jobs: JobsContext
  readonly fileserver: FileserverContext
  readonly presence: NonNullable<MasterContext['presence']>
  /** Its files as a minion of its own would have them. */
  readonly files: FilesContext
}

/** What a process that runs functions of the master provides itself. */
type OfExecutor =
  | 'options'
  | 'log'
  | 'signal'
  | 'run'
  | 'leftovers'
  | 'progress'
  | 'fireEvent'
  | 'local'
  | 'asMinion'
  | keyof OrchestrationCalls

/** The service that a master provides to functions which run on it as on a minion. */
const filesTable = { files: services.files }

/** How many jobs one answer lists. */
const pageSize = 500

const { anyMap, anything, boolean, either, jobId, listOf, minionId, number, optional, record, text } = schema

const rangeSchema = record({
  from: optional(text(64)),
  to: optional(text(64)),
  newestFirst: optional(boolean),
})
const scopeSchema = record({
  includeAccepted: optional(boolean),
  includeRejected: optional(boolean),
  includeDenied: optional(boolean),
})
const statesSchema = record({
  minions: optional(listOf(text())),
  minions_pre: optional(listOf(text())),
  minions_rejected: optional(listOf(text())),
  minions_denied: optional(listOf(text())),
})
const wishSchema = record({
  id: text(255),
  grains: optional(anyMap),
  pillarenv: optional(text(255)),
  saltenv: optional(text(255)),
})
const wishOf = (value: unknown) => wishSchema(value, 'wish') as PillarWish
const choiceSchema = record({ branch: optional(text(1024)), repo: optional(text(4096)) })
const names = either(text(), listOf(text()))
const questionSchema = record({ tgt: names, tgt_type: text(32), fun: names })
const minionJobSchema = record({
  fun: text(255),
  arg: listOf(anything),
  tgt: names,
  tgt_type: text(32),
  timeout: number(0, 86_400),
})
const matchSchema = either(text(), listOf(text()))
const selectionSchema = either(matchSchema, statesSchema)

/** What a master answers to its runners. The arguments come from a process that may run anybody's module. */
export function masterAsks(calls: MasterCalls): AskTable {
  return {
    ...keyAsks(calls.keys),
    ...jobAsks(calls.jobs),
    ...fileserverAsks(calls.fileserver),
    ...asksOf(filesTable, { files: calls.files }),
    presence: () => calls.presence(),
    grains: ([id]) => calls.grains(minionId(id, 'id')),
    pillar: ([id]) => calls.pillar(minionId(id, 'id')),
    'pillars.compile': ([wish]) => calls.pillars.compile(wishOf(wish)),
    'pillars.top': ([wish]) => calls.pillars.top(wishOf(wish)),
    'pillars.isKept': () => calls.pillars.isKept(),
    'pillars.kept': ([id]) => calls.pillars.kept(minionId(id, 'id')),
    'pillars.clear': ([id]) => calls.pillars.clear(minionId(id, 'id')),
    'pillars.fetch': ([choice]) => calls.pillars.fetch(choiceSchema(choice, 'choice')),
    'mine.get': ([question]) => calls.mine.get(questionSchema(question, 'question')),
    ask: ([job]) => calls.ask(minionJobSchema(job, 'job')),
    'winrepo.updateGitRepos': ([clean]) => calls.winrepo.updateGitRepos(boolean(clean, 'clean')),
  }
}

function keyAsks(keys: KeysContext): AskTable {
  const matchOf = (value: unknown) => matchSchema(value, 'match')
  const selectionOf = (value: unknown) => selectionSchema(value, 'keys') as KeySelection
  const scopeOf = (value: unknown) => scopeSchema(value ?? {}, 'scope') as KeyScope
  return {
    'keys.listAll': () => keys.listAll(),
    'keys.match': ([match]) => keys.match(matchOf(match)),
    'keys.accept': ([wanted, scope]) => keys.accept(selectionOf(wanted), scopeOf(scope)),
    'keys.reject': ([wanted, scope]) => keys.reject(selectionOf(wanted), scopeOf(scope)),
    'keys.delete': ([wanted]) => keys.delete(selectionOf(wanted)),
    'keys.durable': () => keys.durable(),
    'keys.finger': ([match]) => keys.finger(matchOf(match)),
    'keys.print': ([match]) => keys.print(matchOf(match)),
    'keys.master': () => keys.master(),
  }
}

function jobAsks(jobs: JobsContext): AskTable {
  const jidOf = (value: unknown) => jobId(value, 'jid')
  return {
    'jobs.load': ([jid]) => jobs.load(jidOf(jid)),
    'jobs.returns': ([jid]) => jobs.returns(jidOf(jid)),
    'jobs.page': ([range, after]) =>
      pageOf(jobs, rangeSchema(range, 'range'), optional(jobId)(after, 'after')),
    'jobs.active': () => jobs.active(),
    'jobs.stopBatch': ([jid, reason]) => jobs.stopBatch(jidOf(jid), text()(reason, 'reason')),
    'jobs.batches': () => jobs.batches(),
    'jobs.kill': ([jid, ids]) => jobs.kill(jidOf(jid), listOf(minionId)(ids, 'ids')),
    'jobs.runs': () => jobs.runs(),
    'jobs.stopRun': ([jid, reason]) => jobs.stopRun(jidOf(jid), text()(reason, 'reason')),
  }
}

/** Up to `pageSize` jobs of a range behind the job `after`, in the order of the range. */
async function pageOf(
  jobs: JobsContext,
  range: JobRange,
  after: Jid | undefined,
): Promise<readonly ListedJob[]> {
  const rest = after === undefined ? range : { ...range, [range.newestFirst ? 'to' : 'from']: after }
  const page: ListedJob[] = []
  for await (const job of jobs.list(rest)) {
    if (job.jid === after) continue
    page.push(job)
    if (page.length >= pageSize) break
  }
  return page
}

/** The master's functions as a runner in an executor has them. The master answers a name with its own function's result. */
export function askedMaster(
  asker: Asker,
): MasterCalls & OrchestrationCalls & Pick<MasterContext, 'progress' | 'fireEvent'> {
  return {
    keys: askedKeys(asker),
    jobs: askedJobs(asker),
    fileserver: askedFileserver(asker),
    ...askedServices(filesTable, asker),
    ...askedOrchestration(asker),
    presence: async () => (await asker.ask('presence')) as readonly Presence[],
    grains: async (id) =>
      ((await asker.ask('grains', id)) ?? undefined) as Awaited<ReturnType<MasterCalls['grains']>>,
    pillar: async (id) =>
      ((await asker.ask('pillar', id)) ?? undefined) as Awaited<ReturnType<MasterCalls['grains']>>,
    pillars: {
      compile: async (wish) => (await asker.ask('pillars.compile', wish)) as DataMap,
      top: async (wish) => (await asker.ask('pillars.top', wish)) as PillarTop,
      isKept: async () => (await asker.ask('pillars.isKept')) === true,
      kept: async (id) => (await asker.ask('pillars.kept', id)) as DataMap,
      clear: async (id) => void (await asker.ask('pillars.clear', id)),
      fetch: async (choice) => (await asker.ask('pillars.fetch', choice)) as PillarFetch,
    },
    mine: { get: async (question) => (await asker.ask('mine.get', question)) as DataMap },
    ask: async (job) => (await asker.ask('ask', job)) as DataMap,
    winrepo: {
      updateGitRepos: async (clean) =>
        (await asker.ask('winrepo.updateGitRepos', clean)) as Readonly<Record<string, string>>,
    },
    progress: async (data) => void (await asker.ask('progress', data)),
    fireEvent: async (tag, data) => void (await asker.ask('fireEvent', tag, data)),
  }
}

function askedKeys(asker: Asker): KeysContext {
  const keysBy = async (name: string, ...args: unknown[]) =>
    (await asker.ask(`keys.${name}`, ...args)) as KeysByState
  return {
    listAll: () => keysBy('listAll'),
    match: (match) => keysBy('match', match),
    accept: (wanted, scope) => keysBy('accept', wanted, scope),
    reject: (wanted, scope) => keysBy('reject', wanted, scope),
    delete: (wanted) => keysBy('delete', wanted),
    durable: async () => void (await asker.ask('keys.durable')),
    finger: async (match) =>
      (await asker.ask('keys.finger', match)) as Awaited<ReturnType<KeysContext['finger']>>,
    print: async (match) =>
      (await asker.ask('keys.print', match)) as Awaited<ReturnType<KeysContext['print']>>,
    master: async () => (await asker.ask('keys.master')) as Awaited<ReturnType<KeysContext['master']>>,
  }
}

function askedJobs(asker: Asker): JobsContext {
  return {
    load: async (jid) => ((await asker.ask('jobs.load', jid)) ?? undefined) as StoredJob | undefined,
    returns: async (jid) => (await asker.ask('jobs.returns', jid)) as readonly StoredReturn[],
    list: (range = {}) => allPages(asker, range),
    active: async () => (await asker.ask('jobs.active')) as Awaited<ReturnType<JobsContext['active']>>,
    stopBatch: async (jid, reason) => (await asker.ask('jobs.stopBatch', jid, reason)) as boolean,
    batches: async () => (await asker.ask('jobs.batches')) as Awaited<ReturnType<JobsContext['batches']>>,
    kill: async (jid, ids) => void (await asker.ask('jobs.kill', jid, ids)),
    runs: async () => (await asker.ask('jobs.runs')) as Awaited<ReturnType<JobsContext['runs']>>,
    stopRun: async (jid, reason) => (await asker.ask('jobs.stopRun', jid, reason)) as boolean,
  }
}

async function* allPages(asker: Asker, range: JobRange): AsyncGenerator<ListedJob> {
  for (let after: Jid | undefined; ; ) {
    const page = (await asker.ask('jobs.page', range, after)) as readonly ListedJob[]
    yield* page
    if (page.length < pageSize) return
    after = page.at(-1)?.jid
  }
}

/** Runs a function of the master. Never rejects: what it throws is in the result. */
export async function runMasterFunction(
  registry: Registry,
  context: MasterContext,
  { kind, fun, arg }: FunctionMessage,
): Promise<FunctionResult> {
  try {
    const { name, fn } = await registry.function(String(fun), kind)
    const value: unknown = await fn.run(context, bind(name, fn, arg))
    return { return: value ?? null, retcode: 0, success: true }
  } catch (error) {
    return { return: null, retcode: 1, success: false, error }
  }
}
