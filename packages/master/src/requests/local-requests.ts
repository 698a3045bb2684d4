// SPDX-License-Identifier: Apache-2.0
import { type Decoder, version } from '@halite/core'
import { loads } from '@halite/protocol'
import { type Handler, type HandlerTable, localHandler } from '@halite/transport'
import type { LocalRequestContext, LocalSession } from './local-context.ts'
import { fire, subscribe, unsubscribe } from './local-events.ts'
import { follow, jobState, publish, stopBatch } from './local-jobs.ts'
import { call } from './master-calls.ts'

/** What a program on the master's host may ask, once it proved the key of a user. All but `ping` and `bye` is authorised first. */
export function localRequests(context: LocalRequestContext): HandlerTable {
  const { store, publisher } = context.jobs
  /** A request that only reads what the master knows. */
  const reading = <T>(name: string, decode: Decoder<T>, run: (session: LocalSession, load: T) => unknown) => {
    const handler = localHandler(decode, (session, load) => {
      context.authorise({ user: session.peer.user, kind: 'read', fun: name, arg: [load] })
      return run(session, load)
    })
    return [name, handler] as const
  }
  return new Map<string, Handler>([
    ['ping', localHandler(loads.emptySchema, () => ({ version }))],
    ['bye', localHandler(loads.emptySchema, (session) => bye(context, session))],
    ['publish', localHandler(loads.publishSchema, (session, load) => publish(context, session, load))],
    ['batch_stop', localHandler(loads.oneJobSchema, (session, { jid }) => stopBatch(context, session, jid))],
    ['fire_event', localHandler(loads.fireSchema, (session, load) => fire(context, session, load))],
    [
      'runner',
      localHandler(loads.callSchema, (session, load) => call(context, session, { ...load, kind: 'runner' })),
    ],
    [
      'wheel',
      localHandler(loads.callSchema, (session, load) => call(context, session, { ...load, kind: 'wheel' })),
    ],
    reading('subscribe', loads.subscribeSchema, (session, { prefix }) => subscribe(context, session, prefix)),
    reading('unsubscribe', loads.subscribeSchema, (session, { prefix }) =>
      unsubscribe(context, session, prefix),
    ),
    reading('follow', loads.oneJobSchema, (session, { jid }) => follow(context, session, jid)),
    reading('job_returns', loads.jobReturnsSchema, async (_session, { jid, after }) => {
      // Every announced return must be readable.
      await store.settled()
      return store.packedReturns(jid, after)
    }),
    reading('job_state', loads.jobStateSchema, (_session, load) => jobState(context, load)),
    reading('preview', loads.previewSchema, (_session, load) => publisher.preview(load)),
    reading('status', loads.emptySchema, () => context.status()),
  ])
}

function bye({ locals }: LocalRequestContext, session: LocalSession): true {
  // The answer goes out first.
  setImmediate(() => locals.end(session))
  return true
}
