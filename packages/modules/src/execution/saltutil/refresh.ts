// SPDX-License-Identifier: Apache-2.0
import { arg, type ExecContext, fn } from '@halite/loader'

const noDaemon = 'Returns ``False`` where no minion daemon runs: there every call sees what is.'
const pillarArguments = {
  wait: arg.boolean('Kept for old calls: it always waits.').default(false),
  timeout: arg.seconds('How long to wait; the minion goes on asking.').default(30),
  clean_cache: arg.boolean('Have the master make again what its ``pillar_cache`` keeps.').default(true),
}

/** The functions of `saltutil` that let a minion look at something again. */
export const refreshFunctions = {
  refresh_grains: fn({
    doc: `Collect all grains again, tell the master, and ask for the pillar that follows from them. ${noDaemon}`,
    examples: ["salt '*' saltutil.refresh_grains"],
    args: {
      refresh_pillar: arg.boolean('Ask for the pillar as well.').default(true),
      clean_pillar_cache: arg.boolean('As ``clean_cache`` of ``saltutil.refresh_pillar``.').default(false),
    },
    inline: true,
    run: async ({ daemon }, { refresh_pillar, clean_pillar_cache }) => {
      await daemon?.refreshGrains()
      if (refresh_pillar) await daemon?.refreshPillar(clean_pillar_cache)
      return daemon !== undefined
    },
  }),
  refresh_pillar: fn({
    doc: `Ask the master for the pillar again, and hold it. Returns whether it came. ${noDaemon}`,
    examples: ["salt '*' saltutil.refresh_pillar", "salt '*' saltutil.refresh_pillar timeout=60"],
    args: pillarArguments,
    inline: true,
    run: (ctx, { timeout, clean_cache }) => refreshPillar(ctx, timeout, clean_cache),
  }),
  pillar_refresh: fn({
    doc: 'The older name of ``saltutil.refresh_pillar``.',
    examples: ["salt '*' saltutil.pillar_refresh"],
    args: pillarArguments,
    inline: true,
    run: (ctx, { timeout, clean_cache }) => refreshPillar(ctx, timeout, clean_cache),
  }),
  refresh_modules: fn({
    doc: `Look for modules that are new, changed or gone. ${noDaemon}`,
    examples: ["salt '*' saltutil.refresh_modules"],
    args: { async: arg.boolean('Kept for old calls: it always waits.').default(true) },
    inline: true,
    run: async ({ daemon }) => {
      await daemon?.refreshModules()
      return daemon !== undefined
    },
  }),
}

async function refreshPillar(
  { daemon, signal }: ExecContext,
  seconds: number,
  cleanCache: boolean,
): Promise<boolean> {
  if (daemon === undefined) return false
  const limit = AbortSignal.any([signal, AbortSignal.timeout(seconds * 1000)])
  const late = new Promise<boolean>((resolve) => {
    limit.addEventListener('abort', () => resolve(false), { once: true })
  })
  return Promise.race([daemon.refreshPillar(cleanCache), late])
}
