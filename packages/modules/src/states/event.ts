// SPDX-License-Identifier: Apache-2.0
import { isTruthy } from '@halite/core'
import { arg, defineState, type StateContext, type StateReturn, stateFn } from '@halite/loader'

const part = (what: string) => arg.any(`Add ${what}: True, or a list of names for only these.`).default(false)

const sendArguments = {
  data: arg.any('A map; what it holds wins over everything else.').optional(),
  preload: arg.any('Kept for old calls: events always go inside the session.').optional(),
  with_env: part('the environment of the process'),
  with_grains: part('the grains'),
  with_pillar: part('the pillar'),
  show_changed: arg.boolean('Whether the event counts as a change.').default(true),
  kwargs: arg.keywords('Further data.'),
}

/** `event`: events on the bus of the master as states. */
export default defineState({
  name: 'event',
  doc: 'Fires events on the bus of the master. ``name`` is the tag; on the master it stands below ``minion/<id>/``.',
  functions: {
    send: stateFn({
      doc: 'Fire an event.',
      examples: [`salt '*' state.single event.send myco/deployed data='{version: 5}'`],
      args: sendArguments,
      run: (ctx, args) => send(ctx, args),
    }),
    fire_master: stateFn({
      doc: 'The same as ``event.send``.',
      args: sendArguments,
      run: (ctx, args) => send(ctx, args),
    }),
    wait: stateFn({
      doc: 'Fire an event only when a state that this one watches changed.',
      args: sendArguments,
      run: () => ({ changes: {}, result: true, comment: '' }),
    }),
    mod_watch: stateFn({
      doc: 'Called when a state that one of these watches changed: fires the event.',
      args: { sfun: arg.string('The function that was asked for.').optional(), ...sendArguments },
      run: (ctx, { sfun: _, ...args }) => send(ctx, args),
    }),
  },
})

interface Event {
  readonly name: string
  readonly data?: unknown
  readonly show_changed: boolean
  readonly kwargs: Readonly<Record<string, unknown>>
  readonly [argument: string]: unknown
}

async function send(
  ctx: StateContext,
  { name, show_changed: shows, kwargs, ...event }: Event,
): Promise<StateReturn> {
  const changes = shows ? { tag: name, data: event.data ?? null } : {}
  if (ctx.state.test) return { changes, result: null, comment: 'Event would have been fired' }
  const isFired = isTruthy(await ctx.call('event.send', { ...kwargs, ...event, tag: name }))
  return isFired
    ? { changes, result: true, comment: 'Event fired' }
    : { changes: {}, result: false, comment: 'The event was not fired: no master took it' }
}
