// SPDX-License-Identifier: Apache-2.0
import { version } from '@halite/core'
import { arg, defineModule, masterFn, type Presence } from '@halite/loader'
import { presenceOf, selectedMinions, target } from './manage/selected-minions.ts'

const waits = {
  timeout: arg.seconds('Ignored: no minion is asked, so none is waited for.').optional(),
  gather_job_timeout: arg.seconds('Ignored, as ``timeout``.').optional(),
}
const showIp = arg.boolean('Say of each that is up from which address it is connected.').default(false)
const subset = arg.list('Only these ids; ``a,b`` or a list.', arg.string('An id.')).optional()

/** `manage`: which minions are there. */
export default defineModule({
  name: 'manage',
  doc: 'Tells which minions are up and which are not. No minion is asked: the master knows its connections.',
  functions: {
    status: masterFn({
      doc: 'Return the accepted minions, as ``up`` and ``down``; as ``duplicate`` ids under which several daemons run, with the address of each.',
      examples: ['salt-run manage.status', "salt-run manage.status tgt='os:Debian' tgt_type=grain"],
      args: {
        output: arg.boolean('Ignored: the result is always returned.').default(true),
        show_ip: showIp,
        ...target,
        ...waits,
      },
      run: async (ctx, args) => {
        const selected = await selectedMinions(ctx, args)
        const up = args.show_ip ? addressesOf(selected) : idsOf(selected, true)
        return { up, down: idsOf(selected, false), ...duplicatesIn(selected) }
      },
    }),
    up: masterFn({
      doc: 'Return the minions that are up.',
      examples: ['salt-run manage.up', "salt-run manage.up tgt='web*'"],
      args: { ...target, ...waits },
      run: async (ctx, args) => idsOf(await selectedMinions(ctx, args), true),
    }),
    down: masterFn({
      doc: 'Return the accepted minions that are down.',
      examples: ['salt-run manage.down', 'salt-run manage.down removekeys=True'],
      args: {
        removekeys: arg.boolean('Delete their accepted keys as well.').default(false),
        ...target,
        ...waits,
      },
      run: async (ctx, args) => {
        const down = idsOf(await selectedMinions(ctx, args), false)
        if (args.removekeys && down.length > 0) {
          await ctx.keys.delete({ minions: down })
          await ctx.keys.durable()
        }
        return down
      },
    }),
    versions: masterFn({
      doc: 'Return the version of the master, and those of the minions below what that means for them.',
      examples: ['salt-run manage.versions'],
      run: async (ctx) => versionsOf(await presenceOf(ctx)),
    }),
    list_state: whoIs(true, 'list_state'),
    list_not_state: whoIs(false, 'list_not_state'),
    present: whoIs(true, 'present'),
    not_present: whoIs(false, 'not_present'),
    alived: whoIs(true, 'alived'),
    not_alived: whoIs(false, 'not_alived'),
    joined: whoIs(true, 'joined'),
    not_joined: whoIs(false, 'not_joined'),
    allowed: whoIs(true, 'allowed'),
    not_allowed: whoIs(false, 'not_allowed'),
    reaped: whoIs(true, 'reaped'),
    not_reaped: whoIs(false, 'not_reaped'),
  },
})

/** One question with several names in Salt, where transports could answer it differently. */
function whoIs(connected: boolean, name: string) {
  return masterFn({
    doc: `Return the accepted minions that are ${connected ? '' : 'not '}connected.`,
    examples: [`salt-run manage.${name}`, `salt-run manage.${name} subset=web1,web2`],
    args: { subset, show_ip: showIp },
    run: async (ctx, args) => {
      const wanted = args.subset && new Set(args.subset)
      const minions = (await presenceOf(ctx)).filter(({ id }) => wanted?.has(id) ?? true)
      return connected && args.show_ip ? addressesOf(minions) : idsOf(minions, connected)
    },
  })
}

/** Ids under which several daemons run, with where from; normally nothing. */
function duplicatesIn(presence: readonly Presence[]): {
  duplicate?: Readonly<Record<string, readonly string[]>>
} {
  const found = presence.flatMap(({ id, duplicates = [] }) => {
    return duplicates.length === 0 ? [] : [[id, duplicates.map(named)] as const]
  })
  return found.length === 0 ? {} : { duplicate: Object.fromEntries(found) }
}

function named(address: string): string {
  return address === '' ? 'address not known' : address
}

/** Of those that are connected, the address without its port. */
function addressesOf(presence: readonly Presence[]): Record<string, string> {
  const up = presence.filter(({ connected }) => connected)
  return Object.fromEntries(up.map(({ id, address }) => [id, address.replace(/:\d+$/, '')]))
}

function idsOf(presence: readonly Presence[], connected: boolean): string[] {
  return presence
    .filter((minion) => minion.connected === connected)
    .map(({ id }) => id)
    .sort()
}

/** Salt's headings; a minion that is away has no version: False. */
function versionsOf(presence: readonly Presence[]): Readonly<Record<string, unknown>> {
  const sorted = [...presence].sort((a, b) => (a.id < b.id ? -1 : 1))
  const under = (heading: string, isUnder: (minion: Presence) => boolean) => {
    const found = sorted.filter(isUnder).map((minion) => [minion.id, minion.connected && minion.version])
    return found.length === 0 ? {} : { [heading]: Object.fromEntries(found) }
  }
  const order = (minion: Presence) => Math.sign(compareVersions(minion.version, version))
  return {
    Master: version,
    ...under('Minion offline', ({ connected }) => !connected),
    ...under('Minion requires update', (minion) => minion.connected && order(minion) < 0),
    ...under('Up to date', (minion) => minion.connected && order(minion) === 0),
    ...under('Minion newer than master', (minion) => minion.connected && order(minion) > 0),
  }
}

const byNumber = new Intl.Collator('en', { numeric: true })

/** Orders `1.9.0`, `1.10.0-rc.1`, `1.10.0`: numbers by size, a pre-release before its release. */
function compareVersions(a: string, b: string): number {
  const [releaseA = '', ...preA] = a.split('-')
  const [releaseB = '', ...preB] = b.split('-')
  const release = byNumber.compare(releaseA, releaseB)
  if (release !== 0) return release
  if (preA.length === 0 || preB.length === 0) return preB.length - preA.length
  return byNumber.compare(preA.join('-'), preB.join('-'))
}
