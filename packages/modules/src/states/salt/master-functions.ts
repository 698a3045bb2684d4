// SPDX-License-Identifier: Apache-2.0
import {
  type DataMap,
  entriesOf,
  isMap,
  mapOf,
  mapValues,
  pythonRepr,
  pythonStr,
  textKeyed,
  valueAt,
} from '@halite/core'
import {
  keywordMap,
  type MasterCallOutcome,
  type OrchestrationCalls,
  type StateContext,
  type StateReturn,
} from '@halite/loader'

type Keywords = Readonly<Record<string, unknown>>

/** `salt.runner` and `salt.wheel`: a function of the master. */
export async function runOnMaster(
  ctx: StateContext,
  kind: 'runner' | 'wheel',
  { name, kwargs }: { readonly name: string; readonly kwargs: Keywords },
): Promise<StateReturn> {
  const what = kind === 'runner' ? 'Runner' : 'Wheel'
  if (ctx.state.test)
    return { changes: {}, result: null, comment: `${what} function '${name}' would be executed.` }
  const { master } = ctx
  if (master === undefined) return noMaster
  const outcome = await called(master, kind, { name, kwargs })
  const isWell = wentWell(outcome)
  return {
    changes: { return: outcome.return },
    result: isWell,
    comment: `${what} function '${name}' ${isWell ? 'executed' : 'failed'}.`,
    ...(outcome.jid === '' ? {} : { __jid__: outcome.jid }),
  }
}

/** `salt.parallel_runners`: several runners at a time. */
export async function runInParallel(ctx: StateContext, runners: unknown): Promise<StateReturn> {
  const { master } = ctx
  const wanted = runnersOf(runners)
  if (wanted === undefined)
    return { changes: {}, result: false, comment: 'The runners parameter must be a string or dict.' }
  if (ctx.state.test) {
    const names = wanted.map(([id]) => id).join(', ')
    return { changes: {}, result: null, comment: `Runner functions would be executed: ${names}` }
  }
  if (master === undefined) return noMaster
  const outcomes = await Promise.all(
    wanted.map(async ([id, runner]) => [id, await called(master, 'runner', runner)] as const),
  )
  const failed = outcomes.filter(([, outcome]) => !wentWell(outcome))
  return {
    changes: changesOf(outcomes),
    result: failed.length === 0,
    comment: failed.length === 0 ? 'All runner functions executed successfully.' : failed.map(failureOf),
  }
}

const noMaster: StateReturn = {
  changes: {},
  result: false,
  comment: 'Functions of the master are called by the master: run this state with salt-run state.orchestrate',
}

function called(
  master: OrchestrationCalls,
  kind: 'runner' | 'wheel',
  { name, kwargs }: { readonly name: string; readonly kwargs: Keywords },
): Promise<MasterCallOutcome> {
  return master.callMaster({ kind, fun: name, arg: [keywordMap(kwargs)] })
}

/** A runner may succeed and return that what it did has failed. */
function wentWell({ success, return: value }: MasterCallOutcome): boolean {
  if (!success || !isMap(value)) return success
  const code = valueAt(value, 'retcode') ?? valueAt(value, 'exit_code') ?? 0
  return valueAt(value, 'Error') === undefined && code === 0
}

/** Id → `name` and `kwarg`, each written as a list of maps or as one map; a text is a runner without arguments. */
function runnersOf(
  written: unknown,
): (readonly [id: string, { readonly name: string; readonly kwargs: Keywords }])[] | undefined {
  if (typeof written === 'string') return [[written, { name: written, kwargs: {} }]]
  if (!isMap(written)) return undefined
  return entriesOf(written).map(([id, config]) => {
    const parts = [config].flat().filter(isMap).flatMap(entriesOf)
    const { name = id, kwarg } = textKeyed(mapOf(parts))
    return [pythonStr(id), { name: pythonStr(name), kwargs: isMap(kwarg) ? textKeyed(kwarg) : {} }]
  })
}

type Outcomes = readonly (readonly [id: string, outcome: MasterCallOutcome])[]

/** Of orchestrations what they changed, else what was returned. */
function changesOf(outcomes: Outcomes): DataMap {
  const isOrchestration = outcomes.every(([, { return: value }]) => {
    return isMap(value) && valueAt(value, 'outputter') === 'highstate' && isMap(valueAt(value, 'data'))
  })
  if (!isOrchestration) return { ret: mapOf(outcomes.map(([id, { return: value }]) => [id, value] as const)) }
  const changed = outcomes.map(
    ([id, { return: value }]) => [id, changesIn(valueAt(value as DataMap, 'data'))] as const,
  )
  return mapOf(changed.filter(([, changes]) => !isMap(changes) || entriesOf(changes).length > 0))
}

/** What a tree of results changed. */
function changesIn(value: unknown): unknown {
  if (!isMap(value)) return {}
  const changes = valueAt(value, 'changes')
  if (changes !== undefined) {
    const isHighstate = isMap(changes) && valueAt(changes, 'out') === 'highstate'
    return isHighstate ? (valueAt(changes, 'ret') ?? changes) : changes
  }
  const inner = entriesOf(mapValues(value, changesIn))
  return mapOf(inner.filter(([, found]) => !isMap(found) || entriesOf(found).length > 0))
}

function failureOf([id, { return: value, success }]: Outcomes[number]): string {
  return success
    ? `Runner ${id} failed.`
    : `Runner ${id} failed: ${typeof value === 'string' ? value : pythonRepr(value)}`
}
