// SPDX-License-Identifier: Apache-2.0
import { constants } from 'node:os'
import { type DataMap, mergeMaps, schema } from '@halite/core'
import type { DaemonContext, MastersContext, MineContext, WinrepoContext } from '../context.ts'
import { type Asked, asked } from './service.ts'

const { anything, boolean, dataMap, either, listOf, number, optional, record, text } = schema

/** The service `daemon`. */
export const daemonService: Asked<DaemonContext | undefined> = asked<DaemonContext | undefined>({
  runningJobs: [],
  signalJob: [text(), signalName],
  refreshGrains: [],
  refreshStaticGrains: [],
  refreshPillar: [optional(boolean)],
  refreshModules: [],
  restart: [text(64)],
})

/** The service `masters`. */
export const mastersService: Asked<MastersContext | undefined> = asked<MastersContext | undefined>({
  fireEvent: [text(), anything, number(0, 3_600_000)],
  revokeAuth: [boolean],
})

/** The service `mine`. */
export const mineService: Asked<MineContext | undefined> = asked<MineContext | undefined>({
  get: [either(text(), listOf(text())), either(text(), listOf(text())), text(32)],
  put: [
    listOf(
      record({
        name: text(255),
        data: anything,
        allow_tgt: optional(either(text(), listOf(text()))),
        allow_tgt_type: optional(text(32)),
      }),
    ),
    boolean,
  ],
  delete: [text(255)],
  flush: [],
})

/** What is asked of a pillar beside its environment. */
export interface PillarWishes {
  /** The environment of states that counts. */
  readonly saltenv?: string | undefined
  /** Data that wins over what is compiled. */
  readonly override?: DataMap | undefined
  /** An external pillar, name to settings, that the master lets minions ask for. */
  readonly ext?: DataMap | undefined
}

/** The pillar compiled again: of one environment, or as the minion is set to. */
export type CompilePillar = (pillarenv?: string, wishes?: PillarWishes) => Promise<DataMap>

/** The service `compilePillar`; where nobody compiles, it gives the pillar of the job. */
export const compilePillarService: Asked<CompilePillar> = asked<CompilePillar>(
  [
    optional(text()),
    optional(record({ saltenv: optional(text(255)), override: optional(dataMap), ext: optional(dataMap) })),
  ],
  ({ ctx }) =>
    async (_pillarenv, { override = {} } = {}) =>
      mergeMaps(ctx.pillar, override),
)

/** The grains collected again. */
export type FreshGrains = () => Promise<Readonly<Record<string, unknown>>>

/** The service `freshGrains`; where nobody collects, it gives the grains of the job. */
export const freshGrainsService: Asked<FreshGrains> = asked<FreshGrains>(
  [],
  ({ ctx }) =>
    async () =>
      ctx.grains,
)

/** The service `winrepo`. */
export const winrepoService: Asked<WinrepoContext | undefined> = asked<WinrepoContext | undefined>({
  updateGitRepos: [boolean],
})

function signalName(value: unknown, path: string): NodeJS.Signals {
  const name = text()(value, path)
  if (Object.hasOwn(constants.signals, name)) return name as NodeJS.Signals
  throw new Error(`signal ${name} does not exist here`)
}
