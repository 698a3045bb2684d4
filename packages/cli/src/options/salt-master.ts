// SPDX-License-Identifier: Apache-2.0
import { defineTool } from './option.ts'
import { optionsOfDaemons } from './salt-options.ts'
import { configOptions, daemonOptions, logOptions, selfOptions } from './shared.ts'

/** `salt-master`: the daemon that minions connect to. */
export const saltMasterTool = defineTool({
  name: 'salt-master',
  usage: '[options]',
  noWords: 'a daemon takes options only',
  doc: 'The master: accepts the connections of minions and sends them jobs.',
  options: { ...configOptions, ...daemonOptions, ...logOptions, ...selfOptions },
  saltOptions: optionsOfDaemons,
  examples: [
    ['salt-master -l info', 'In the foreground, logging what it does'],
    ['salt-master -d', 'In the background'],
  ],
})
