// SPDX-License-Identifier: Apache-2.0
import { constants } from 'node:os'
import { type DataMap, schema } from '@halite/core'
import type { DaemonContext, MastersContext } from '../context.ts'
import { type Asked, asked } from './service.ts'

const { anything, boolean, number, optional, text } = schema

/** The service `daemon`. */
export const daemonService: Asked<DaemonContext | undefined> = asked<DaemonContext | undefined>({
  runningJobs: [],
  signalJob: [text(), signalName],
  refreshGrains: [],
  refreshStaticGrains: [],
  refreshPillar: [],
  refreshModules: [],
})

/** The service `masters`. */
export const mastersService: Asked<MastersContext | undefined> = asked<MastersContext | undefined>({
  fireEvent: [text(), anything, number(0, 3_600_000)],
  revokeAuth: [boolean],
})

/** The pillar compiled again. */
export type CompilePillar = (pillarenv?: string) => Promise<DataMap>

/** The service `compilePillar`; where nobody compiles, it gives the pillar of the job. */
export const compilePillarService: Asked<CompilePillar> = asked<CompilePillar>(
  [optional(text())],
  ({ ctx }) =>
    async () =>
      ctx.pillar,
)

function signalName(value: unknown, path: string): NodeJS.Signals {
  const name = text()(value, path)
  if (Object.hasOwn(constants.signals, name)) return name as NodeJS.Signals
  throw new Error(`signal ${name} does not exist here`)
}
