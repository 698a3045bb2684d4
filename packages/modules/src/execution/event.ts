// SPDX-License-Identifier: Apache-2.0
import { type DataMap, entriesOf, hasKey, isHashable, isMap, mapOf, valueAt } from '@halite/core'
import { arg, defineModule, type ExecContext, fn } from '@halite/loader'

const tag = arg.string('The tag; on the master it stands below ``minion/<id>/``.')
const timeout = arg.seconds('How long the master may take.').default(60)
const preload = arg.any('Kept for old calls: events always go inside the session.').optional()
const facts = (what: string) =>
  arg.any(`Add ${what}: True, or a list of names for only these.`).default(false)

/** `event`: what happens on a minion, told to others. */
export default defineModule({
  name: 'event',
  doc: 'Fires events on the bus of the master, and tells the minion itself to look at something again.',
  functions: {
    send: fn({
      doc: 'Fire an event on the master. Further keywords join its data. Returns whether every master took it.',
      examples: [
        `salt-call event.send myco/mytag foo=Foo bar=Bar`,
        `salt-call event.send 'myco/mytag' '{foo: Foo, bar: Bar}' with_grains='[id]'`,
      ],
      args: {
        tag,
        data: arg.any('A map; what it holds wins over everything else.').optional(),
        preload,
        with_env: facts('the environment of the process'),
        with_grains: facts('the grains'),
        with_pillar: facts('the pillar'),
        with_env_opts: arg.boolean('Add ``saltenv`` and ``pillarenv``.').default(false),
        timeout,
        kwargs: arg.keywords('Further data.'),
      },
      run: (ctx, args) => fireMaster(ctx, { ...args, data: dataOf(ctx, args) }),
    }),
    fire_master: fn({
      doc: 'Fire an event on the master. Returns whether every master took it.',
      examples: [`salt '*' event.fire_master '{"data":"my event data"}' tag`],
      args: { data: arg.any('What the event says.'), tag, preload, timeout },
      run: (ctx, args) => fireMaster(ctx, args),
    }),
    fire: fn({
      doc: 'Fire an event on the minion itself. It hears ``pillar_refresh``, ``grains_refresh`` and ``module_refresh``, and does what they say; to other tags nobody listens. Returns ``False`` where no minion daemon runs.',
      examples: [`salt '*' event.fire '{}' pillar_refresh`],
      args: { data: arg.any('What the event says.'), tag: arg.string('The tag.'), timeout },
      run: (ctx, args) => fireHere(ctx, args.tag),
    }),
  },
})

interface Event {
  readonly tag: string
  readonly data: unknown
  /** Seconds. */
  readonly timeout: number
}

/** Without a master, as under `salt-call --local`, the event stays here. */
async function fireMaster(ctx: ExecContext, event: Event): Promise<boolean> {
  if (ctx.masters === undefined) return fireHere(ctx, event.tag)
  return ctx.masters.fireEvent(event.tag, event.data, event.timeout * 1000)
}

async function fireHere({ daemon, log }: ExecContext, heard: string): Promise<boolean> {
  if (daemon === undefined) return false
  if (heard === 'pillar_refresh') return daemon.refreshPillar()
  if (heard === 'grains_refresh') await daemon.refreshGrains()
  else if (heard === 'module_refresh') await daemon.refreshModules()
  else log.debug('nobody listens to this event on the minion', { tag: heard })
  return true
}

interface SendValues {
  readonly data?: unknown
  readonly with_env: unknown
  readonly with_grains: unknown
  readonly with_pillar: unknown
  readonly with_env_opts: boolean
  readonly kwargs: Readonly<Record<string, unknown>>
}

function dataOf(ctx: ExecContext, values: SendValues): DataMap {
  const { saltenv, pillarenv } = ctx.options
  const environments = {
    saltenv: saltenv ?? 'base',
    pillarenv: pillarenv === '' ? null : (pillarenv ?? null),
  }
  const given = {
    ...part('environ', process.env, values.with_env),
    ...part('grains', ctx.grains, values.with_grains),
    ...part('pillar', ctx.pillar, values.with_pillar),
    ...(values.with_env_opts ? environments : {}),
    ...values.kwargs,
  }
  return isMap(values.data) ? mapOf([...Object.entries(given), ...entriesOf(values.data)]) : given
}

function part(name: string, source: DataMap, wanted: unknown) {
  if (Array.isArray(wanted)) {
    const chosen = wanted.filter((key) => isHashable(key) && hasKey(source, key))
    return { [name]: mapOf(chosen.map((key) => [key, valueAt(source, key)])) }
  }
  return wanted === true ? { [name]: source } : {}
}
