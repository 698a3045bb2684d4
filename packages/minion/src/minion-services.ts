// SPDX-License-Identifier: Apache-2.0
import { constants } from 'node:os'
import type { Logger, MinionOptions } from '@halite/core'
import type { FileClient } from '@halite/fileserver'
import type { DaemonContext, DaemonServices } from '@halite/loader'
import type { RunningJobs } from './jobs/running-jobs.ts'
import type { MasterLinks } from './master-links.ts'
import { askMasterTops } from './master-tops.ts'
import { mastersContext } from './masters.ts'
import { masterMine } from './mine.ts'
import type { MinionFacts } from './minion-facts.ts'
import { winrepoOf } from './winrepo.ts'

/** The parts of a minion that its services use. */
export interface MinionServicesOptions {
  readonly options: MinionOptions
  readonly log: Logger
  readonly links: () => MasterLinks
  readonly facts: MinionFacts
  readonly files: FileClient
  readonly running: RunningJobs
  /** Requests a restart of the daemon on behalf of a job; false if it is refused. */
  readonly restart: (jid: string) => boolean
}

/** The services that a minion provides to its jobs. */
export function minionServices(parts: MinionServicesOptions): DaemonServices {
  const { options, log, links, facts, files } = parts
  const linksUp = () => links().all.filter((link) => link.isUp)
  return {
    daemon: daemonContext(parts),
    masters: mastersContext(() => links().all, log),
    mine: masterMine(linksUp, log),
    compilePillar: (pillarenv, wishes) => facts.pillar.compile(pillarenv, wishes),
    masterTops: () => askMasterTops(linksUp()),
    freshGrains: async () => {
      await facts.refreshGrains()
      return facts.grains
    },
    files,
    winrepo: winrepoOf(options, log),
  }
}

function daemonContext({ running, facts, restart }: MinionServicesOptions): DaemonContext {
  return {
    runningJobs: async () => running.list(),
    signalJob: async (jid, signal) => running.signal(jid, signal, constants.signals[signal]),
    refreshModules: () => facts.refreshModules(),
    refreshGrains: () => facts.refreshGrains(),
    refreshStaticGrains: async () => facts.refreshStaticGrains(),
    refreshPillar: (cleanCache) => facts.pillar.refresh(cleanCache),
    restart: async (jid) => restart(jid),
  }
}
