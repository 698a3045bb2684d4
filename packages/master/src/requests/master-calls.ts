// SPDX-License-Identifier: Apache-2.0
import { type Jid, messageOf } from '@halite/core'
import { bind, keywordMap } from '@halite/loader'
import type { MasterCall } from '@halite/protocol'
import type { LocalRequestContext, LocalSession } from './local-context.ts'

/** Which functions of the master. */
export type CallKind = 'runner' | 'wheel'

interface Begun {
  readonly jid: Jid
  /** What its events begin with. */
  readonly tag: string
}

/**
 * Runs a function of the master itself between the events `salt/run/<jid>/new` and `…/ret` (`salt/wheel/…`): a wheel
 * function here, a runner and whatever a site has added in an executor. Resolves to its return, or at once to jid and tag
 * when it runs in the background. Rejects with `REQUEST_DENIED`,
 * `FUNCTION_UNKNOWN`, `ARGUMENTS_INVALID`, and with what the function throws.
 */
export async function call(
  context: LocalRequestContext,
  session: LocalSession,
  { kind, ...load }: MasterCall & { readonly kind: CallKind },
): Promise<unknown> {
  const { user } = session.peer
  context.authorise({ user, kind, fun: load.fun, arg: load.arg, kwarg: load.kwarg })
  const owner = load.background ? undefined : session
  const { begun, work } = await begin(context, { ...load, kind, user, owner })
  if (!load.background) return work
  // Whoever waits for it hears of it in the event.
  work.catch((error: unknown) =>
    context.log.info('function failed', { fun: load.fun, jid: begun.jid, reason: messageOf(error) }),
  )
  return begun
}

/** What functions of the master are called with, by clients and by orchestrations. */
export type CallParts = Pick<LocalRequestContext, 'runs' | 'jobs' | 'events' | 'wheel'>

/** A call that may be made. */
export interface AllowedCall {
  readonly kind: CallKind
  readonly fun: string
  readonly arg: readonly unknown[]
  readonly kwarg: Readonly<Record<string, unknown>>
  readonly user: string
  /** Whoever waits for it: when that ends, so does the call. */
  readonly owner: object | undefined
}

/** Begins a call; its work resolves and rejects as `call` says. Rejects with `FUNCTION_UNKNOWN` and `ARGUMENTS_INVALID`. */
export async function begin(
  context: CallParts,
  { kind, user, owner, ...load }: AllowedCall,
): Promise<{ readonly begun: Begun; readonly work: Promise<unknown> }> {
  const table = kind === 'runner' ? 'runners' : 'wheel'
  const registry = await context.runs.modules()
  const { fn } = await registry.function(load.fun, table)
  const isBuiltIn = registry.isBuiltIn(load.fun, table)
  const arg = [...load.arg, keywordMap(load.kwarg)]
  // Those of a site module are bound where it runs.
  const values = isBuiltIn ? bind(load.fun, fn, arg) : {}
  const jid = context.jobs.publisher.nextJid()
  const begun: Begun = { jid, tag: `salt/${kind === 'runner' ? 'run' : 'wheel'}/${jid}` }
  const told = { fun: `${kind}.${load.fun}`, fun_args: [...load.arg, load.kwarg], jid, user }
  context.events.fire(`${begun.tag}/new`, told)
  const run = async () => {
    // Functions may read what earlier events announced.
    await context.jobs.store.settled()
    if (kind === 'wheel' && isBuiltIn) return fn.run(context.wheel, values)
    return context.runs.run({ kind: table, jid, fun: load.fun, arg, user, owner })
  }
  return { begun, work: settle(context, begun, { told, run }) }
}

/** Runs it and fires the event of its return before the client is answered. */
async function settle(
  { events }: CallParts,
  { tag }: Begun,
  { told, run }: { readonly told: Readonly<Record<string, unknown>>; readonly run: () => Promise<unknown> },
): Promise<unknown> {
  try {
    const value = (await run()) ?? null
    events.fire(`${tag}/ret`, { ...told, return: value, success: true })
    return value
  } catch (error) {
    events.fire(`${tag}/ret`, { ...told, return: messageOf(error), success: false })
    throw error
  }
}
