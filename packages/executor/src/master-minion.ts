// SPDX-License-Identifier: Apache-2.0
import { masterMinionId } from '@halite/core'
import {
  type Apart,
  collectGrains,
  createContext,
  type ExecContext,
  type FilesContext,
  type Machine,
  type MasterContext,
  type MasterMinionRun,
  type PillarWishes,
  type Registry,
} from '@halite/loader'

/** What a master is as a minion of its own. */
export interface MasterMinionParts {
  readonly registry: Registry
  readonly master: MasterContext
  readonly files: FilesContext
  readonly machine: Machine
  /** Runs code of the site that states call. */
  readonly apart: Apart
  readonly user: string
  /** The jid of the runner. */
  readonly jid: string
}

/**
 * The context of functions that run on the master itself, as states of an orchestration do: `state.sls` on a minion `<id>_master`
 * that has the files of the master, and whose functions see the master as `ctx.master`.
 */
export async function masterMinion(parts: MasterMinionParts, run: MasterMinionRun): Promise<ExecContext> {
  const { registry, master, files, machine, apart, user } = parts
  const { log, signal, leftovers } = master
  const id = masterMinionId(master.options)
  const options = { ...master.options, id, file_client: 'local' }
  const grains = await collectGrains(registry.entries('grains'), { id, options, log, signal, registry })
  const compilePillar = (pillarenv = run.pillarenv, wishes: PillarWishes = {}) =>
    master.pillars.compile({
      ...{ id, grains, pillarenv, saltenv: wishes.saltenv ?? run.saltenv },
      ...(wishes.override === undefined ? {} : { override: wishes.override }),
    })
  return createContext({
    registry: registry.withGrains(grains),
    id,
    options,
    grains,
    pillar: await compilePillar(),
    compilePillar,
    files,
    machine,
    apart,
    log,
    signal,
    leftovers,
    master,
    progress: async (data) => {
      await master.progress(data)
      return true
    },
    job: { jid: run.jid ?? parts.jid, user, tgt: id, tgtType: 'glob', fun: run.fun, arg: [], ret: '' },
  })
}
