// SPDX-License-Identifier: Apache-2.0
import { defineTool } from './option.ts'
import { optionsOfDaemons } from './salt-options.ts'
import { configOptions, daemonOptions, logOptions, selfOptions } from './shared.ts'

/** `salt-minion`: the daemon on every managed machine. */
export const saltMinionTool = defineTool({
  name: 'salt-minion',
  usage: '[options]',
  noWords: 'a daemon takes options only',
  doc: 'The minion: connects to a master and runs the jobs that target this machine.',
  options: { ...configOptions, ...daemonOptions, ...logOptions, ...selfOptions },
  saltOptions: optionsOfDaemons,
  examples: [
    ['salt-minion -l info', 'In the foreground, logging what it does'],
    ['salt-minion -d', 'In the background'],
  ],
})
