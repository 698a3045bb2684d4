// SPDX-License-Identifier: Apache-2.0
import { isMap, messageOf, textKeyed } from '@halite/core'
import type { PillarContext } from '@halite/loader'
import { compileTarget, type Nodegroups } from '@halite/targeting'

/** The names of the option `nodegroups` that select the minion, in their order. One that cannot be read selects nobody. */
export function nodegroupsOf({ id, grains, pillar, options, log }: PillarContext): readonly string[] {
  const configured = options['nodegroups']
  if (!isMap(configured)) return []
  // The table of options says so of its values.
  const nodegroups = textKeyed(configured) as Nodegroups
  return Object.keys(nodegroups).filter((name) => {
    try {
      return compileTarget({ tgt: name, tgtType: 'nodegroup', nodegroups }).matches({ id, grains, pillar })
    } catch (error) {
      log.warning('a nodegroup cannot be read', { name, reason: messageOf(error) })
      return false
    }
  })
}
