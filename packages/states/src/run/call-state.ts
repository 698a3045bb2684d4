// SPDX-License-Identifier: Apache-2.0
import { isMap, isSaltError, messageOf, pythonStr, silentLog, textKeyed } from '@halite/core'
import {
  bindNamed,
  deriveContext,
  type ExecContext,
  type Found,
  type LowState,
  type StateCall,
} from '@halite/loader'
import type { Low } from '../high/chunks.ts'
import { argumentsFor, likelySlips } from './call-arguments.ts'
import { checkCommands, checkConditions, hasConditions } from './conditions.ts'
import { hideTexts, isHidden } from './no-log.ts'
import { providersOf } from './providers.ts'
import { MutableResult } from './result.ts'
import type { RunServices } from './services.ts'
import { fillSlots } from './slots.ts'
import { type StateLookups, umaskOf } from './verify-low.ts'

/** One call of a state function. */
export interface Calling {
  readonly low: Low
  readonly found: Found
  /** Say what would change, and change nothing. */
  readonly test: boolean
  readonly requisites: Readonly<Record<string, readonly LowState[]>>
}

/** What the states of a run see of it. */
export type RunFacts = Pick<StateCall, 'lowstate' | 'results' | 'shared'>

/** What all calls of a run work with. */
export interface CallParts {
  readonly services: RunServices
  readonly lookups: StateLookups
  readonly facts: RunFacts
}

/** Calls a state function, when its conditions ask for it. Never rejects for what it does: an error is a result that failed. */
export async function callState(parts: CallParts, calling: Calling): Promise<MutableResult> {
  const result = await called(parts, calling)
  return isHidden(calling.low) ? hideTexts(result) : result
}

async function called(parts: CallParts, calling: Calling): Promise<MutableResult> {
  const { services, facts } = parts
  const state = stateCallOf(services, facts, calling)
  const log = isHidden(calling.low) ? { log: silentLog } : {}
  const ctx = deriveContext(services.ctx(), { state, ...log })
  try {
    return await conditional(parts, { ...calling, ctx })
  } catch (error) {
    if (ctx.signal.aborted) throw error
    return new MutableResult({
      result: false,
      name: calling.low['name'],
      changes: {},
      comment: failureText(error),
    })
  }
}

interface InContext extends Calling {
  readonly ctx: ExecContext
}

async function conditional({ services, lookups }: CallParts, calling: InContext): Promise<MutableResult> {
  const { ctx, low, found } = calling
  const checks = lookups.module({ found })?.checks ?? []
  const skipped = hasConditions(low) && !checks.includes('onlyif') ? await skippedBy(ctx, low) : undefined
  const result = skipped ?? (await executed(services, calling))
  const isOwnCheck = checks.includes('check_cmd') && Object.hasOwn(found.fn.args, 'check_cmd')
  // As in Salt, of a state that had no reason to run too.
  if ('check_cmd' in low && !isOwnCheck)
    Object.assign(result.fields, { name: low['name'] }, await checkCommands(ctx, low))
  return result
}

/** The result of a state that its conditions keep from running. */
async function skippedBy(ctx: ExecContext, low: Low): Promise<MutableResult | undefined> {
  const { skips, comment, skipWatch } = await checkConditions(ctx, low)
  if (!skips) return undefined
  return new MutableResult({
    name: low['name'],
    changes: {},
    result: true,
    comment: comment.join('\n'),
    ...(skipWatch ? { skip_watch: true } : {}),
  })
}

async function executed(services: RunServices, { ctx, low, found }: InContext): Promise<MutableResult> {
  const { settings, withUmask } = services
  const { name } = low
  if (settings.mocked) {
    return new MutableResult({ name, comment: 'Not called, mocked', changes: {}, result: true })
  }
  if (!(await mayRun(ctx, settings.conditions, low))) {
    const comment = 'Failed to meet global state conditions. State not called.'
    return new MutableResult({ name, comment, changes: {}, result: null })
  }
  const given = await fillSlots(ctx, argumentsFor(found, low))
  if (found.isSite && ctx.apart !== undefined) {
    const call = { kind: 'states', fun: found.name, keywords: given } as const
    return checked((await ctx.apart.run(ctx, call)).value, name)
  }
  const values = bindNamed(found.name, found.fn, given)
  const umask = umaskOf(low['umask'])
  const work = async () => found.fn.run(ctx, values)
  const returned: unknown = await (umask === undefined || withUmask === undefined
    ? work()
    : withUmask(umask, work))
  return warned(checked(returned, name), likelySlips(found, low))
}

function warned(result: MutableResult, slips: readonly string[]): MutableResult {
  if (slips.length === 0) return result
  const { warnings } = result.fields
  result.fields['warnings'] = [...(Array.isArray(warnings) ? warnings : []), ...slips]
  return result
}

/** What a function returned, made whole; one that is no result says what it lacks. */
function checked(returned: unknown, name: unknown): MutableResult {
  const problem = problemOf(returned)
  if (problem !== undefined || !isMap(returned)) {
    const comment = `An exception occurred in this state: ${problem}`
    return new MutableResult({ result: false, name: 'later', changes: {}, comment })
  }
  const fields: Readonly<Record<string, unknown>> = textKeyed(returned)
  const { name: own = name, changes, result, comment } = fields
  const checkedFields = {
    name: own,
    changes,
    result: result === null ? null : Boolean(result),
    comment: Array.isArray(comment) ? comment.map(pythonStr).join('\n') : comment,
  }
  return new MutableResult({ ...checkedFields, ...fields, ...checkedFields })
}

function problemOf(returned: unknown): string | undefined {
  if (!isMap(returned)) return 'Malformed state return. Data must be a dictionary type.'
  const has = (key: string) => (returned instanceof Map ? returned.has(key) : Object.hasOwn(returned, key))
  const changes =
    returned instanceof Map ? returned.get('changes') : (returned as Record<string, unknown>)['changes']
  if (!isMap(changes)) return "'Changes' should be a dictionary."
  const missing = ['result', 'changes', 'comment'].filter((key) => !has(key))
  if (missing.length === 0) return undefined
  return `The following keys were not present in the state return: ${missing.join(', ')}.`
}

/** `global_state_conditions`: where one names the state, a target of it must select this minion. */
async function mayRun(
  ctx: ExecContext,
  conditions: Readonly<Record<string, unknown>>,
  low: Low,
): Promise<boolean> {
  const module = pythonStr(low['state'])
  const names = ['*', module, `${module}.${pythonStr(low['fun'])}`]
  const targets = Object.entries(conditions)
    .filter(([name]) => names.includes(name))
    .flatMap(([, value]) => value)
  for (const target of targets) {
    if (await ctx.call('match.compound', [pythonStr(target)])) return true
  }
  return targets.length === 0
}

function stateCallOf(
  { settings }: RunServices,
  facts: RunFacts,
  { low, test, requisites }: Calling,
): StateCall {
  const own = settings.lockSaltenv ? undefined : (low['saltenv'] ?? undefined)
  const { runas } = low
  return {
    ...facts,
    test,
    requisites,
    low,
    id: pythonStr(low['__id__']),
    sls: pythonStr(low['__sls__'] ?? ''),
    saltenv: pythonStr(own ?? low['__env__'] ?? 'base'),
    runas: typeof runas === 'string' && runas !== '' ? runas : undefined,
    umask: umaskOf(low['umask']),
    providers: providersOf(low),
  }
}

/** The message of an error that was meant for people; the trace of one that was not. */
function failureText(error: unknown): string {
  if (isSaltError(error, 'ARGUMENTS_INVALID') || isSaltError(error, 'FUNCTION_LOST')) return error.message
  const text = isSaltError(error)
    ? [error.message, ...(error.hint === undefined ? [] : [error.hint])].join('\n')
    : error instanceof Error
      ? (error.stack ?? error.message)
      : messageOf(error)
  return `An exception occurred in this state: ${text}`
}
