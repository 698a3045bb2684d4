// SPDX-License-Identifier: Apache-2.0
import type { DataMap, FindOptions, MinionId } from '@halite/core'
import type { Apart } from '../apart.ts'
import type { JobContext } from '../context.ts'
import type { MachineRegistry } from '../machine-registry.ts'
import type { OrchestrationCalls } from '../orchestration.ts'
import type { RunJournal } from '../run-journal.ts'
import type { StateCall } from '../state-call.ts'
import { callService } from './call.ts'
import {
  compilePillarService,
  daemonService,
  freshGrainsService,
  mastersService,
  mineService,
  winrepoService,
} from './daemon.ts'
import { filesService } from './files.ts'
import { fsService } from './fs.ts'
import { leftoversService } from './leftovers.ts'
import { logService } from './log.ts'
import { modulesService } from './modules.ts'
import { progressService } from './progress.ts'
import { renderService } from './render.ts'
import { runService } from './run.ts'
import {
  type BaseServices,
  type ContextOf,
  type DaemonPart,
  fact,
  type GivenPart,
  made,
  optionalFact,
} from './service.ts'
import { statesService } from './state.ts'
import { masterTopsService } from './tops.ts'

type Facts = Readonly<Record<string, unknown>>

/**
 * The services of `ctx`: what an execution function may touch. A row is a name, a type, and how the service comes to be;
 * everything else follows from it: the type of the context, what an executor asks of its daemon and what the daemon
 * checks and answers, what is there under `salt-call --local`, what a case file can put in its place.
 */
export const services = {
  /** Id of the minion. */
  id: fact<MinionId>(),
  /** The minion's configuration, read-only. */
  options: fact<Facts>(),
  /** Read-only. */
  grains: fact<Facts>(),
  /** Read-only. A plain object, or a Map when one of its keys is no text: read it with `valueAt(ctx.pillar, 'name')`. */
  pillar: fact<DataMap>(),
  /** Tagged with jid and function. */
  log: logService,
  /** Aborts when the job is killed; every wait takes it. */
  signal: optionalFact<AbortSignal>(() => new AbortController().signal),
  /** The job that the function runs for; absent without a job, as for a template that a master renders. */
  job: optionalFact<JobContext | undefined>(() => undefined),
  /** The system, as `process.platform` names it. */
  platform: made<NodeJS.Platform>(({ machine }) => machine.platform),
  /** Scratch space shared by the functions of one job. */
  memo: made<Map<string, unknown>>(() => new Map()),
  /** Calls another function. */
  call: callService,
  /** Runs programs, never through a shell. */
  run: runService,
  /** The full path of a program in the search path; undefined if there isn't one that we may execute. */
  which: made<(name: string, options?: FindOptions) => string | undefined>(
    ({ machine }) =>
      (name, options) =>
        machine.find(name, options),
  ),
  /** Files of the machine. */
  fs: fsService,
  /** The registry of Windows. */
  windowsRegistry: made<MachineRegistry>(({ machine }) => machine.windowsRegistry),
  /** Files by URL: `salt://` and others. */
  files: filesService,
  /** Templates and sls files. */
  render: renderService,
  /** The daemon that runs the function; absent under `salt-call`. */
  daemon: daemonService,
  /** The masters of the minion; absent under `salt-call --local`. */
  masters: mastersService,
  /** The master that the function runs on itself, as in an orchestration; absent on minions. */
  master: optionalFact<OrchestrationCalls | undefined>(() => undefined),
  /** The mine of the masters: what minions leave there for others. */
  mine: mineService,
  /**
   * The pillar compiled again, of all environments or one. It is not held: `pillar` stays what it is. Rejects when the
   * master cannot be asked.
   */
  compilePillar: compilePillarService,
  /** What the sources of `master_tops` say of this minion beside the top files. */
  masterTops: masterTopsService,
  /** The grains collected again, and sent to the masters. They are not held: `grains` stays what it is. */
  freshGrains: freshGrainsService,
  /** Definitions of Windows packages that come from git. */
  winrepo: winrepoService,
  /** Reports how far the job has come. */
  progress: progressService,
  /** Notes what must not stay when the job is killed before it can clean up. */
  leftovers: leftoversService,
  /** What the loader knows: for `sys.*`. */
  modules: modulesService,
  /** The job again, with what its minion has by now; absent where nothing can come meanwhile. */
  renew: optionalFact<Renew | undefined>(() => undefined),
  /** State functions, for what runs states. */
  states: statesService,
  /** The state that the function runs for, itself or through `call`; absent elsewhere. */
  state: optionalFact<StateCall | undefined>(() => undefined),
  /** Runs code of the site in a process beside this one; absent in that process itself, and where sites have no code. */
  apart: optionalFact<Apart | undefined>(() => undefined),
  /** Notes of a run of states that outlive its process; absent where nobody would read them. */
  journal: optionalFact<RunJournal | undefined>(() => undefined),
}

/**
 * Makes a second context for the job that runs, with the modules, grains and pillar that there are now: for whoever has just
 * brought new modules and goes on with them. The first one stays what it is. Rejects as what it asks for does.
 */
export type Renew = () => Promise<ExecContext>

/** The table of services. */
export type Services = typeof services

/** What an execution function sees: everything it may touch comes through here. */
export interface ExecContext extends ContextOf<Services>, BaseServices {}

/** What a minion's daemon provides to its jobs, by service. */
export interface DaemonServices extends DaemonPart<Services> {}

/** What whoever runs a job hands in for its context, by service. */
export type GivenServices = GivenPart<Services>
