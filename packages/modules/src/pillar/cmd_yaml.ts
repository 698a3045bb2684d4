// SPDX-License-Identifier: Apache-2.0
import { isMap, parseYaml, SaltError } from '@halite/core'
import { definePillar } from '@halite/loader'
import { printed } from './parts/command.ts'
import { settingsOf, textOf } from './parts/settings.ts'

/** The YAML that a command prints. */
export default definePillar({
  name: 'cmd_yaml',
  doc: 'The YAML that a command prints, ``- cmd_yaml: cat /etc/salt/hosts/%s.yaml``: ``%s`` is the id of the minion.',
  async compile(ctx, config) {
    const value = parseYaml(
      await printed(ctx, textOf(settingsOf(config, ['command']), 'command')),
      'cmd_yaml',
    )
    if (value === null || isMap(value)) return value ?? {}
    throw new SaltError('VALUE_MALFORMED', 'its command does not print a YAML map')
  },
})
