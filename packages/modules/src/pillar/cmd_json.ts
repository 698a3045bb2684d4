// SPDX-License-Identifier: Apache-2.0
import { isMap, loadJson, SaltError } from '@halite/core'
import { definePillar } from '@halite/loader'
import { printed } from './parts/command.ts'
import { settingsOf, textOf } from './parts/settings.ts'

/** The JSON that a command prints. */
export default definePillar({
  name: 'cmd_json',
  doc: 'The JSON that a command prints, ``- cmd_json: /usr/local/bin/facts %s``: ``%s`` is the id of the minion.',
  async compile(ctx, config) {
    const value = loadJson(await printed(ctx, textOf(settingsOf(config, ['command']), 'command')))
    if (isMap(value)) return value
    throw new SaltError('VALUE_MALFORMED', 'its command does not print a JSON map')
  },
})
