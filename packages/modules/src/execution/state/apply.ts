// SPDX-License-Identifier: Apache-2.0
import { type DataMap, isSaltError, mapOf, messageOf, SaltError } from '@halite/core'
import { type ExecContext, type Failed, failed, type Values } from '@halite/loader'
import { HighData, topMatches } from '@halite/states'
import { noticeSynced, syncKinds } from '../parts/sync-all.ts'
import type { highstateArguments, runArguments } from './arguments.ts'
import { disabledProblem } from './disabled.ts'
import { retcodes } from './retcodes.ts'
import { runHighData } from './run.ts'
import { StateSession } from './session.ts'
import { splitWords } from './split.ts'

type RunValues = Values<typeof runArguments>
type HighstateValues = Values<typeof highstateArguments>

/** What functions that run states return: results by tag, or errors. */
export type StatesReturn = DataMap | Failed

/** `state.apply`: sls files, or without any the highstate. */
export function applyStates(ctx: ExecContext, mods: unknown, args: HighstateValues): Promise<StatesReturn> {
  const isHighstate = mods === undefined || mods === null || mods === ''
  return isHighstate ? applyHighstate(ctx, args) : applySls(ctx, mods, args)
}

/** `state.sls`. */
export async function applySls(ctx: ExecContext, mods: unknown, args: RunValues): Promise<StatesReturn> {
  const names = mods === '' ? [''] : splitWords(mods)
  const disabled = disabledProblem(ctx, names)
  if (disabled !== undefined) return disabled
  await syncModules(ctx, args)
  const session = await StateSession.open(ctx, 'state.sls', args)
  const problem = session.pillarProblem(args.force)
  if (problem !== undefined) return problem
  return runHighData(session, await session.compile(names), args)
}

/** `state.highstate`. */
export async function applyHighstate(ctx: ExecContext, args: HighstateValues): Promise<StatesReturn> {
  if (disabledProblem(ctx, ['highstate']) !== undefined) {
    const name = 'Salt highstate run is disabled. To re-enable, run state.enable highstate'
    return { name, result: 'False', comment: 'Disabled' }
  }
  const session = await StateSession.open(ctx, 'state.highstate', args)
  return runTop(session, args)
}

/** `state.top`: as highstate, with another top file. */
export async function applyTop(
  ctx: ExecContext,
  topfn: string,
  args: Values<typeof runArguments>,
): Promise<StatesReturn> {
  const session = await StateSession.open(ctx, 'state.top', args)
  const { saltenv } = args
  return runTop(
    session,
    { ...args, whitelist: undefined },
    {
      state_top: topfn,
      ...(saltenv === undefined ? {} : { state_top_saltenv: saltenv }),
    },
  )
}

async function runTop(
  first: StateSession,
  args: HighstateValues,
  changed: Parameters<StateSession['topParts']>[0] = {},
): Promise<StatesReturn> {
  const problem = first.pillarProblem(args.force)
  if (problem !== undefined) return problem
  try {
    const { matches: all, errors } = await topMatches(first.topParts(changed))
    if (errors.length > 0) return failed([...errors], retcodes.compilerError)
    if (all.size === 0) {
      return noStates('No Top file or master_tops data matches found. Please see master log for details.')
    }
    const matches = whitelisted(all, args.whitelist)
    const session = await withModulesOf([...matches.keys()], first, args)
    const newProblem = session.pillarProblem(args.force)
    if (newProblem !== undefined) return newProblem
    const compiled = await session.compileMatches(matches)
    if (compiled.errors.length === 0 && compiled.high.isEmpty)
      return noStates('No states found for this minion')
    return await runHighData(session, compiled, args)
  } catch (error) {
    if (!isSaltError(error, 'TOP_INVALID')) throw error
    return noStates(`Unable to render top file: ${error.message}`)
  }
}

/** As the option `autoload_dynamic_modules` says: brings the modules of these environments, and goes on with what there is then. */
async function withModulesOf(
  saltenvs: readonly string[],
  session: StateSession,
  args: HighstateValues,
): Promise<StateSession> {
  const { ctx } = session
  if (ctx.options['autoload_dynamic_modules'] !== true || ctx.renew === undefined) return session
  const names = { saltenvs, extmod_whitelist: undefined, extmod_blacklist: undefined }
  const synced = await syncKinds(ctx, names).catch((error: unknown) => {
    ctx.log.error('the modules of the highstate could not be synced', { reason: messageOf(error) })
    return undefined
  })
  if (synced?.isTouched !== true) return session
  await noticeSynced(ctx, synced, false)
  // Its turn has come already.
  return StateSession.open(await ctx.renew(), 'state.highstate', { ...args, concurrent: true })
}

function whitelisted(
  matches: ReadonlyMap<string, readonly string[]>,
  whitelist: unknown,
): ReadonlyMap<string, readonly string[]> {
  const names = splitWords(whitelist ?? '')
  if (names.length === 0) return matches
  const kept = [...matches].map(([env, list]) => [env, list.filter((sls) => names.includes(sls))] as const)
  return new Map(kept.filter(([, list]) => list.length > 0))
}

/** A highstate of nothing fails, as a state of its own. */
function noStates(comment: string): Failed {
  const result = { result: false, comment, name: 'No States', changes: {}, __run_num__: 0 }
  return failed(mapOf([['no_|-states_|-states_|-None', result]]), retcodes.stateFailed)
}

/** `state.template`: an sls file of this machine. */
export async function applyTemplate(ctx: ExecContext, tem: string, args: RunValues): Promise<StatesReturn> {
  const session = await StateSession.open(ctx, 'state.template', args)
  const problem = session.pillarProblem(args.force)
  if (problem !== undefined) return problem
  const path = tem.endsWith('.sls') ? tem : `${tem}.sls`
  const text = await ctx.fs.readTextIfThere(path)
  if (text === undefined) {
    return failed([`Specified SLS ${path} on local filesystem cannot be found.`], retcodes.compilerError)
  }
  return runHighData(session, await session.compileText({ text, path }, session.saltenv || 'base'), args)
}

/** `state.template_str`. */
export async function applyTemplateText(
  ctx: ExecContext,
  text: string,
  args: RunValues,
): Promise<StatesReturn> {
  const session = await StateSession.open(ctx, 'state.template_str', args)
  return runHighData(session, await session.compileTemplate(text, session.saltenv || 'base'), args)
}

/** `state.high`: high data as it is given. */
export async function applyHigh(ctx: ExecContext, data: DataMap, args: RunValues): Promise<StatesReturn> {
  const session = await StateSession.open(ctx, 'state.high', args)
  return runHighData(session, { high: HighData.from(data), errors: [] }, args)
}

/** `state.sls_id`: the states of one id, with what they require. */
export async function applyId(
  ctx: ExecContext,
  id: string,
  args: RunValues & { readonly mods: unknown },
): Promise<StatesReturn> {
  const session = await StateSession.open(ctx, 'state.sls_id', args)
  const problem = session.pillarProblem(args.force)
  if (problem !== undefined) return problem
  const mods = splitWords(args.mods)
  const { chunksOfIds } = await import('./one-id.ts')
  const outcome = await chunksOfIds(session, { id, mods, call: args })
  if (outcome !== undefined) return outcome
  throw new SaltError(
    'COMMAND_FAILED',
    `No matches for ID '${id}' found in SLS '${mods.join(',')}' within saltenv '${session.saltenv || 'base'}'`,
  )
}

async function syncModules(ctx: ExecContext, { sync_mods: wanted, saltenv }: RunValues): Promise<void> {
  if (wanted === undefined || wanted === null || wanted === false) return
  const kinds = wanted === true ? ['all'] : splitWords(wanted)
  for (const kind of kinds.includes('all') ? ['all'] : kinds) {
    await ctx.call(`saltutil.sync_${kind}`, saltenv === undefined ? {} : { saltenv })
  }
}
