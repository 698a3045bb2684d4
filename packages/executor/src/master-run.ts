// SPDX-License-Identifier: Apache-2.0
import type { Logger, MinionId } from '@halite/core'
import {
  createContext,
  type FunctionResult,
  type Leftovers,
  type MasterContext,
  makeSourceContext,
  programRunner,
  type Registry,
  type TopsRequest,
} from '@halite/loader'
import { lateApart } from './apart/late-apart.ts'
import type { Asker } from './asks.ts'
import type { ExecutorFiles } from './executor-child.ts'
import type { Facts } from './facts.ts'
import { askedMaster, runMasterFunction } from './master-asks.ts'
import { masterMinion } from './master-minion.ts'
import type { FunctionMessage, RunMessage } from './messages.ts'
import { runTops } from './run-tops.ts'
import { watchedMachine } from './watched-machine.ts'

/** The outcome of a function, and whether it started programs that outlive it. */
export interface Outcome {
  readonly result: FunctionResult
  readonly keepsPrograms: boolean
}

/** What a function of the master runs with. */
export interface MasterRunOptions {
  readonly id: MinionId
  readonly registry: Registry
  readonly facts: Facts
  readonly asker: Asker
  /** How to start a process for custom modules. */
  readonly files: ExecutorFiles
  readonly log: Logger
  readonly leftovers: Leftovers
  readonly signal: AbortSignal
}

/** Runs a function of the master: a runner. Never rejects: what it throws is the error of the result. */
export async function runForMaster(
  { id, registry, facts, asker, files: processFiles, log: parent, leftovers, signal }: MasterRunOptions,
  message: FunctionMessage,
): Promise<Outcome> {
  const { machine, keepsPrograms } = watchedMachine()
  const { files, ...calls } = askedMaster(asker)
  const { options, grains, pillar } = facts
  const { user, jid } = message
  const log = parent.child({ jid, fun: message.fun })
  const services = { files, winrepo: calls.winrepo }
  const apart = lateApart({ files: processFiles, site: () => facts.site, services, master: calls, log })
  const shared = { options, log, signal, leftovers }
  const context: MasterContext = {
    ...calls,
    ...shared,
    run: programRunner({ signal, leftovers }, machine),
    local: createContext({
      ...shared,
      files,
      registry,
      machine,
      id,
      grains,
      pillar,
      winrepo: calls.winrepo,
    }),
    asMinion: (run) => masterMinion({ registry, master: context, files, machine, apart, user, jid }, run),
  }
  const result = await runMasterFunction(registry, context, message)
  await apart.close()
  return { result, keepsPrograms: keepsPrograms() }
}

/** Asks one module of `master_tops` for one minion. Never rejects: what it throws is the error of the result. */
export async function runTopsForMaster(
  { registry, facts, log, leftovers, signal }: MasterRunOptions,
  message: RunMessage,
): Promise<Outcome> {
  const { machine, keepsPrograms } = watchedMachine()
  const name = String(message.fun)
  // The master packed it from this type.
  const request = message.arg[0] as TopsRequest
  const caller = { options: facts.options, log, leftovers, signal }
  const result = await runTops(registry, name, makeSourceContext(name, request, { caller, machine }))
  return { result, keepsPrograms: keepsPrograms() }
}
