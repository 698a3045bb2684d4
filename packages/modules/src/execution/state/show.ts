// SPDX-License-Identifier: Apache-2.0
import { isSaltError, mapOf, pythonStr, SaltError } from '@halite/core'
import { type ExecContext, Failed, failed, type Values } from '@halite/loader'
import {
  type Compiled,
  compileChunks,
  compileLow,
  graphOf,
  mergedTop,
  topErrors,
  topMatches,
  verifyHigh,
} from '@halite/states'
import type { lookArguments } from './arguments.ts'
import { retcodes } from './retcodes.ts'
import { StateSession } from './session.ts'
import { splitWords } from './split.ts'

type LookValues = Values<typeof lookArguments> & { readonly test?: unknown }

/** `state.show_sls`: the high data of sls files. */
export async function showSls(ctx: ExecContext, mods: unknown, args: LookValues): Promise<unknown> {
  const session = await openToLook(ctx, 'state.show_sls', args)
  const { high, errors } = await session.compile(splitWords(mods))
  const problems = [...errors, ...verifyHigh(high)]
  return problems.length > 0 ? failed(problems, retcodes.compilerError) : high.toData()
}

/** `state.show_low_sls`: the low data of sls files, before requisites are turned round. */
export async function showLowSls(ctx: ExecContext, mods: unknown, args: LookValues): Promise<unknown> {
  const session = await openToLook(ctx, 'state.show_low_sls', args)
  const { high, errors } = await session.compile(splitWords(mods))
  const problems = [...errors, ...verifyHigh(high)]
  return problems.length > 0 ? failed(problems, retcodes.compilerError) : compileChunks(high).map(dataOf)
}

/** `state.show_highstate`. */
export async function showHighstate(ctx: ExecContext, args: LookValues): Promise<unknown> {
  const session = await openToLook(ctx, 'state.show_highstate', args)
  const { matches, errors } = await matchesOf(session)
  if (errors.length > 0) return failed([...errors], retcodes.compilerError)
  const compiled = await session.compileMatches(matches)
  return compiled.errors.length > 0
    ? failed([...compiled.errors], retcodes.compilerError)
    : compiled.high.toData()
}

/** `state.show_lowstate`. */
export async function showLowstate(ctx: ExecContext, args: LookValues): Promise<unknown> {
  const session = await openToLook(ctx, 'state.show_lowstate', args)
  const lows = await lowstateOf(session)
  return lows instanceof Failed ? lows : lows.map(dataOf)
}

/** `state.graph`: sls files as a graph. */
export async function graph(ctx: ExecContext, mods: unknown, args: LookValues): Promise<unknown> {
  const session = await openToLook(ctx, 'state.graph', args)
  const lows = loweredOf(await session.compile(splitWords(mods)))
  return lows instanceof Failed ? lows : graphOf(lows)
}

/** `state.graph_highstate`. */
export async function graphHighstate(ctx: ExecContext, args: LookValues): Promise<unknown> {
  const session = await openToLook(ctx, 'state.graph_highstate', args)
  const lows = await lowstateOf(session)
  return lows instanceof Failed ? lows : graphOf(lows)
}

/** `state.show_states`: the sls files that a highstate is made of. */
export async function showStates(ctx: ExecContext, args: LookValues): Promise<unknown> {
  const session = await openToLook(ctx, 'state.show_states', args)
  const lows = await lowstateOf(session)
  return lows instanceof Failed ? lows : [...new Set(lows.map((low) => pythonStr(low['__sls__'])))]
}

/** `state.show_top`: what the top files say of this minion. */
export async function showTop(ctx: ExecContext, args: LookValues): Promise<unknown> {
  const session = await openToLook(ctx, 'state.show_top', args)
  const { matches, errors } = await matchesOf(session)
  return errors.length > 0 ? failed([...errors], retcodes.compilerError) : mapOf(matches)
}

/** `state.show_state_usage`: of every environment, which sls files the top files use. */
export async function showUsage(ctx: ExecContext, args: LookValues): Promise<unknown> {
  const session = await openToLook(ctx, 'state.show_state_usage', args)
  const errors = topErrors(await mergedTop(session.topParts()))
  if (errors.length > 0) return failed(errors, retcodes.compilerError)
  const { matches } = await topMatches(session.topParts())
  const envs = [...new Set(['base', ...(await session.catalogue.files.envs())])]
  const usage = await Promise.all(
    envs.map(async (env) => {
      const names = await session.catalogue.names(env)
      const wanted = matches.get(env) ?? []
      const used = names.filter((name) => wanted.includes(name))
      const unused = names.filter((name) => !wanted.includes(name))
      const counts = { count_all: names.length, count_used: used.length, count_unused: unused.length }
      return [env, { used, unused, ...counts }] as const
    }),
  )
  return mapOf(usage)
}

/** `state.id_exists`. */
export async function idExists(
  ctx: ExecContext,
  ids: unknown,
  args: LookValues & { readonly mods: unknown },
) {
  const lows = await showLowSls(ctx, args.mods, args)
  if (lows instanceof Failed || !Array.isArray(lows)) return lows
  const known = new Set(lows.map((low) => low['__id__']))
  return splitWords(ids).every((id) => known.has(id))
}

async function openToLook(ctx: ExecContext, name: string, args: LookValues): Promise<StateSession> {
  const session = await StateSession.open(ctx, name, { ...args, concurrent: true })
  const problem = session.pillarProblem()
  if (problem === undefined) return session
  const [, ...errors] = problem.value as string[]
  throw new SaltError('COMMAND_FAILED', ['Pillar failed to render', ...errors].join('\n'), {
    data: { retcode: retcodes.pillarFailed },
  })
}

/** What top files say; one that cannot be read is an error of the list. */
async function matchesOf(session: StateSession) {
  try {
    return await topMatches(session.topParts())
  } catch (error) {
    if (!isSaltError(error, 'TOP_INVALID')) throw error
    return { matches: new Map<string, readonly string[]>(), errors: [error.message] }
  }
}

async function lowstateOf(session: StateSession) {
  const { matches, errors } = await matchesOf(session)
  if (errors.length > 0) return failed([...errors], retcodes.compilerError)
  return loweredOf(await session.compileMatches(matches))
}

function loweredOf({ high, errors: problems }: Compiled) {
  const compiled = problems.length > 0 ? { errors: problems } : compileLow(high)
  return 'errors' in compiled ? failed([...compiled.errors], retcodes.compilerError) : compiled.lows
}

/** Low data as it is returned: a map of the data model. */
function dataOf(low: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return { ...low }
}
