// SPDX-License-Identifier: Apache-2.0
import { type DataMap, schema } from '@halite/core'
import {
  bind,
  type FilesContext,
  type FileserverContext,
  type FunctionResult,
  type JobsContext,
  type MasterContext,
  type OrchestrationCalls,
  type PillarFetch,
  type PillarTop,
  type PillarWish,
  type Presence,
  type Registry,
  services,
} from '@halite/loader'
import type { Asker, AskTable } from './asks.ts'
import { askedFileserver, fileserverAsks } from './fileserver-asks.ts'
import { askedJobs, jobAsks } from './job-asks.ts'
import { askedKeys, keyAsks } from './key-asks.ts'
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

const { anyMap, anything, boolean, either, listOf, minionId, number, optional, record, text } = schema

const wishSchema = record({
  id: text(255),
  grains: optional(anyMap),
  pillarenv: optional(text(255)),
  saltenv: optional(text(255)),
  override: optional(anyMap),
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
