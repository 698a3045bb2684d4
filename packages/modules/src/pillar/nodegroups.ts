// SPDX-License-Identifier: Apache-2.0
import { definePillar } from '@halite/loader'
import { nodegroupsOf } from './parts/nodegroups.ts'
import { settingsOf, textOf } from './parts/settings.ts'

/** The nodegroups of a minion. */
export default definePillar({
  name: 'nodegroups',
  doc: 'The names of the nodegroups that the minion is in, as a list below the key ``nodegroups``, or below the ``pillar_name`` of its settings: ``- nodegroups: {pillar_name: groups}``.',
  compile(ctx, config) {
    const name = textOf(settingsOf(config ?? {}, ['pillar_name']), 'pillar_name', 'nodegroups')
    return { [name]: nodegroupsOf(ctx) }
  },
})
