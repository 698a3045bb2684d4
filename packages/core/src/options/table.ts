// SPDX-License-Identifier: Apache-2.0
import { connection } from './groups/connection.ts'
import { daemon } from './groups/daemon.ts'
import { databases } from './groups/databases.ts'
import { directories, directoriesOfMaster, directoriesOfMinion } from './groups/directories.ts'
import { fileBackends } from './groups/file-backends.ts'
import { fileServer, filesFromMinions, filesOfMinion } from './groups/file-server.ts'
import { gitPillar } from './groups/git-pillar.ts'
import { identity } from './groups/identity.ts'
import { jobs, jobsOfMinion } from './groups/jobs.ts'
import { keys } from './groups/keys.ts'
import { dataOfMinion, minionData } from './groups/minion-data.ts'
import { modules, modulesOfMinion } from './groups/modules.ts'
import { network } from './groups/network.ts'
import { output, outputOfMaster } from './groups/output.ts'
import { pillar, pillarOfMaster, pillarOfMinion } from './groups/pillar.ts'
import { states, statesOfMinion } from './groups/states.ts'
import { templates } from './groups/templates.ts'
import { updates } from './groups/updates.ts'
import { web } from './groups/web.ts'
import { windowsPackages, windowsPackagesOfMinion } from './groups/windows-packages.ts'
import type { OptionGroups } from './row.ts'

/** Options that master and minion share, under Salt's names and with Salt's defaults. */
const both = {
  ...directories,
  ...fileServer,
  ...fileBackends,
  ...web,
  ...pillar,
  ...gitPillar,
  ...databases,
  ...templates,
  ...states,
  ...modules,
  ...daemon,
  ...output,
  ...windowsPackages,
} satisfies OptionGroups

/** Options of the master alone. */
const master = {
  ...directoriesOfMaster,
  ...network,
  ...keys,
  ...jobs,
  ...minionData,
  ...pillarOfMaster,
  ...filesFromMinions,
  ...outputOfMaster,
} satisfies OptionGroups

/** Options of the minion alone. */
const minion = {
  ...directoriesOfMinion,
  ...identity,
  ...connection,
  ...jobsOfMinion,
  ...statesOfMinion,
  ...dataOfMinion,
  ...filesOfMinion,
  ...pillarOfMinion,
  ...modulesOfMinion,
  ...updates,
  ...windowsPackagesOfMinion,
} satisfies OptionGroups

/**
 * Every option, by group; `groups/` has one file of rows per subject. The loader, the types
 * `MasterOptions` and `MinionOptions`, `config/*` and `docs/reference/*-options.md` all derive from this table.
 */
export const optionTable = { both, master, minion }
