// SPDX-License-Identifier: Apache-2.0
import {
  type DataMap,
  hasKey,
  mergeBy,
  mergeStrategies,
  pythonStr,
  valueAt,
  withEntry,
  withoutKey,
} from '@halite/core'
import { definePillar, type PillarCheckout, type PillarContext } from '@halite/loader'

/** Pillar files in git. */
export default definePillar({
  name: 'git',
  doc: 'Pillar files with their ``top.sls`` in git repositories: a list of URLs, each with a branch, tag or commit in front, and parameters of its own below it where it needs them: ``- git: [master https://example.com/pillar.git: [root: pillar]]``. The branch says which environment it is for, ``git_pillar_base`` being ``base``; ``env`` names another. ``__env__`` in place of a branch is the branch of the environment that the minion asks for, or the one of ``all_saltenvs``. A remote with a ``mountpoint`` has files that others include.',
  async compile(ctx, config) {
    const { checkouts, problems } = await ctx.checkOut(Array.isArray(config) ? config : [config])
    const errors = problems.map((problem) => `Failed to load ext_pillar git: ${problem}`)
    const { pillarenv, options } = ctx
    const strategy = mergeStrategies.find((known) => known === options['pillar_source_merging_strategy'])
    const mergeLists = options['pillar_merge_lists'] === true
    let pillar: DataMap = {}
    for (const checkout of checkouts) {
      if (checkout.isMounted || (pillarenv !== undefined && checkout.saltenv !== pillarenv)) continue
      const own = await ctx.compile({ [checkout.saltenv]: rootsOf(ctx, checkout, checkouts) })
      errors.push(...errorsIn(own))
      const merging = { mergeLists, ...(strategy === undefined ? {} : { strategy }) }
      pillar = mergeBy(pillar, withoutKey(own, '_errors'), merging)
    }
    return errors.length === 0 ? pillar : withEntry(pillar, '_errors', errors)
  },
})

/** Its own directory, which has the top file, and those of the same environment that it may include. */
function rootsOf(
  { options }: PillarContext,
  { directory, saltenv }: PillarCheckout,
  checkouts: readonly PillarCheckout[],
): readonly string[] {
  if (options['git_pillar_includes'] === false) return [directory]
  const others = checkouts.filter((other) => other.saltenv === saltenv && other.directory !== directory)
  return [directory, ...others.map((other) => other.directory)]
}

function errorsIn(pillar: DataMap): readonly string[] {
  const errors = hasKey(pillar, '_errors') ? valueAt(pillar, '_errors') : []
  return Array.isArray(errors) ? errors.map(pythonStr) : []
}
