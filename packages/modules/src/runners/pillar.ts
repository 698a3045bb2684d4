// SPDX-License-Identifier: Apache-2.0
import { type DataMap, isMinionId, mapOf, parseMinionId, valueAt } from '@halite/core'
import { arg, defineModule, type MasterContext, masterFn, type PillarWish } from '@halite/loader'
import { fnmatch } from '@halite/targeting'

const minion = arg.string('A minion; ``*`` for what one would get of which nothing is known.').default('*')
const minions = arg.string('Minions, as a shell pattern.').default('*')
const words = arg.keywords(
  '``saltenv`` and ``pillarenv``; anything else is a grain that wins over those known.',
)

/** `pillar`: pillar as the master compiles it. */
export default defineModule({
  name: 'pillar',
  doc: 'Compiles pillar on the master, and looks at what ``pillar_cache`` keeps.',
  functions: {
    show_pillar: masterFn({
      doc: 'Compile the pillar of a minion and return it. Nothing is sent to the minion.',
      examples: [
        'salt-run pillar.show_pillar www.example.com',
        "salt-run pillar.show_pillar 'saltenv=dev' 'pillarenv=dev'",
      ],
      args: { minion, kwargs: words },
      run: (ctx, { minion, kwargs }) => ctx.pillars.compile(wishOf(minion, kwargs)),
    }),
    show_top: masterFn({
      doc: 'Return the top files as they count, merged: by environment and target. What is wrong in them is returned in their place.',
      examples: ['salt-run pillar.show_top', 'salt-run pillar.show_top web1'],
      args: { minion, saltenv: arg.string('The environment of states.').default('base') },
      run: async (ctx, { minion, saltenv }) => {
        const { top, errors } = await ctx.pillars.top({ id: minion, saltenv })
        return errors.length > 0 ? errors : top
      },
    }),
    clear_pillar_cache: masterFn({
      doc: 'Forget what ``pillar_cache`` keeps of minions. Returns what is left of the environment, by id; False without ``pillar_cache``.',
      examples: ['salt-run pillar.clear_pillar_cache', "salt-run pillar.clear_pillar_cache 'web*'"],
      args: { minion: minions, kwargs: words },
      run: async (ctx, { minion, kwargs }) => {
        if (!(await ctx.pillars.isKept())) return false
        for (const id of await idsOf(ctx, minion)) await ctx.pillars.clear(id)
        return keptOf(ctx, minion, kwargs)
      },
    }),
    show_pillar_cache: masterFn({
      doc: 'Return what ``pillar_cache`` keeps of minions, by id; False without ``pillar_cache``.',
      examples: ['salt-run pillar.show_pillar_cache', "salt-run pillar.show_pillar_cache 'web*'"],
      args: { minion: minions, kwargs: words },
      run: async (ctx, { minion, kwargs }) =>
        (await ctx.pillars.isKept()) ? keptOf(ctx, minion, kwargs) : false,
    }),
  },
})

function wishOf(id: string, kwargs: Readonly<Record<string, unknown>>): PillarWish {
  const { saltenv = 'base', pillarenv, ...grains } = kwargs
  return {
    id,
    saltenv: String(saltenv),
    ...(pillarenv === undefined || pillarenv === null ? {} : { pillarenv: String(pillarenv) }),
    grains: isMinionId(id) ? grains : { fqdn: id, ...grains },
  }
}

async function keptOf(
  ctx: MasterContext,
  pattern: string,
  { pillarenv = '' }: Readonly<Record<string, unknown>>,
): Promise<DataMap> {
  const kept: [string, unknown][] = []
  for (const id of await idsOf(ctx, pattern)) {
    const pillar = valueAt(await ctx.pillars.kept(id), pillarenv)
    if (pillar !== undefined) kept.push([id, pillar])
  }
  return mapOf(kept)
}

async function idsOf(ctx: MasterContext, pattern: string) {
  const { minions: accepted = [] } = await ctx.keys.listAll()
  return accepted.filter((id) => fnmatch(id, pattern)).map((id) => parseMinionId(id))
}
