// SPDX-License-Identifier: Apache-2.0
import { type DataMap, mapOf } from '@halite/core'
import type { ExecContext, MasterContext } from '@halite/loader'
import { givenOf, type Orchestrated, orchestrated } from '../../execution/state/orchestrated.ts'

/** What all of these calls may say. */
interface Facts {
  readonly saltenv?: string
  readonly test?: unknown
  readonly pillar?: unknown
  readonly pillarenv?: string | undefined
}

/** `state.orchestrate`. */
export async function slsOnMaster(
  ctx: MasterContext,
  {
    mods,
    orchestration_jid: jid,
    exclude,
    ...facts
  }: Facts & {
    readonly mods: unknown
    readonly exclude?: unknown
    readonly orchestration_jid?: string | undefined
  },
): Promise<Orchestrated> {
  const minion = await minionFor(ctx, 'state.sls', { ...facts, jid })
  const own = minion.job?.jid
  return orchestrated(minion, 'state.sls', { mods, ...given({ ...facts, exclude }), orchestration_jid: own })
}

/** `state.orchestrate_single`. */
export async function singleOnMaster(
  ctx: MasterContext,
  {
    fun,
    name,
    kwargs,
    test,
    pillar,
  }: Facts & {
    readonly fun: string
    readonly name: unknown
    readonly kwargs: Readonly<Record<string, unknown>>
  },
): Promise<Orchestrated> {
  const minion = await minionFor(ctx, 'state.single', {})
  return orchestrated(minion, 'state.single', {
    ...withoutFacts(kwargs),
    fun,
    name,
    ...given({ test, pillar }),
  })
}

/** `state.orchestrate_high`. */
export async function highOnMaster(
  ctx: MasterContext,
  {
    data,
    kwargs,
    test,
    pillar,
  }: Facts & { readonly data: DataMap; readonly kwargs: Readonly<Record<string, unknown>> },
): Promise<Orchestrated> {
  const minion = await minionFor(ctx, 'state.high', {})
  return orchestrated(minion, 'state.high', { ...withoutFacts(kwargs), data, ...given({ test, pillar }) })
}

/** `state.orchestrate_show_sls`: high data by the id of the master as a minion. */
export async function showOnMaster(
  ctx: MasterContext,
  { mods, ...facts }: Facts & { readonly mods: unknown },
): Promise<DataMap> {
  const minion = await minionFor(ctx, 'state.show_sls', facts)
  return mapOf([[minion.id, await minion.call<string>('state.show_sls', { mods, ...given(facts) })]])
}

function minionFor(
  ctx: MasterContext,
  fun: string,
  { saltenv, pillarenv, jid }: Facts & { readonly jid?: string | undefined },
): Promise<ExecContext> {
  return ctx.asMinion({ fun, saltenv, pillarenv, jid })
}

/** The arguments that were given and count. */
function given(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { queue: _, ...wanted } = values
  return givenOf(wanted)
}

/** Facts of the call are no arguments of the state. */
function withoutFacts(kwargs: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(kwargs).filter(([key]) => !key.startsWith('__')))
}
