// SPDX-License-Identifier: Apache-2.0
import { pythonStr } from '@halite/core'
import { type Args, type ExecContext, failed, wordFor } from '@halite/loader'
import { requisites, StateLookups, StateRun, verifyLow } from '@halite/states'
import type { StatesReturn } from './apply.ts'
import { retcodes } from './retcodes.ts'
import { type RunCall, returned, servicesOf } from './run.ts'
import { type SessionArguments, StateSession } from './session.ts'

/** `state.single`: one state function with these arguments; `name` and the keywords may be written words. */
export async function runSingle(
  ctx: ExecContext,
  { fun, name }: { readonly fun: string; readonly name: unknown },
  args: SessionArguments & RunCall,
): Promise<StatesReturn> {
  const { kwargs, ...others } = args
  const session = await StateSession.open(ctx, 'state.single', { ...others, kwargs: {} })
  const [state, ...rest] = fun.split('.')
  if (rest.length === 0) return failed('Invalid function passed', retcodes.compilerError)
  const own = Object.entries(kwargs).filter(([key]) => !key.startsWith('__'))
  // `force` is for the pillar and for the state, as in Salt.
  const forced = others.force === true ? { force: true } : {}
  const declared = await declaredBy(session.ctx, fun)
  const given = own.map(([key, value]) => [key, wordFor(declared[key], value)] as const)
  const id = wordFor(declared['name'], name)
  const low = { ...Object.fromEntries(given), ...forced, state, fun: rest[0], __id__: id, name: id }
  return runLows(session, [low], args)
}

/** The arguments of a state function; none of one that does not exist, which is reported when it is to run. */
async function declaredBy(ctx: ExecContext, fun: string): Promise<Args> {
  return ctx.states.find(fun).then(
    ({ fn }) => fn.args,
    () => ({}),
  )
}

/** `state.low`: one piece of low data, whose result is returned as it is. */
export async function runOneLow(
  ctx: ExecContext,
  data: Readonly<Record<string, unknown>>,
  args: SessionArguments & RunCall,
): Promise<unknown> {
  const session = await StateSession.open(ctx, 'state.low', args)
  const { __id__: id = data['name'], ...others } = data
  const outcome = await runLows(session, [{ ...others, __id__: id }], args)
  const isFailed = 'retcode' in outcome
  const results = isFailed ? outcome.value : outcome
  if (Array.isArray(results)) return outcome
  const [result] = Object.values(results as object)
  return isFailed ? failed(result, retcodes.stateFailed) : result
}

async function runLows(
  session: StateSession,
  lows: readonly Readonly<Record<string, unknown>>[],
  call: RunCall,
): Promise<StatesReturn> {
  if (session.refusal !== undefined) return session.refusal
  const lookups = new StateLookups()
  for (const low of lows) {
    const full = `${pythonStr(low['state'])}.${pythonStr(low['fun'])}`
    const errors = verifyLow(low, await lookups.find(session.ctx, full))
    if (errors.length > 0) return failed(errors, retcodes.compilerError)
  }
  const services = servicesOf(session, call)
  // As in Salt: there are no other states that it could be after, so low data of a whole run can be tried piece by piece.
  const settings = { ...services.settings, disabledRequisites: requisites }
  const copies = lows.map((low) => ({ ...low }))
  const results = await new StateRun({ ...services, settings }, copies).run()
  const shown = new Map([...results].map(([tag, result]) => [tag, result.shown]))
  return returned({ results: shown, lows: copies }, call)
}
