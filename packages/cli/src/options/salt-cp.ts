// SPDX-License-Identifier: Apache-2.0
import { defineTool, type OptionTable } from './option.ts'
import { optionsOfSaltCp } from './salt-options.ts'
import { configOptions, logOptions, outputOptions, selfOptions, timeoutOption } from './shared.ts'
import { selectionOptions, targetOptions } from './target-options.ts'

// `-C` means something else here.
const { compound: _compound, ...targets } = targetOptions

const copyOptions = {
  delimiter: selectionOptions.delimiter,
  timeout: timeoutOption,
  chunked: {
    names: ['chunked'],
    short: 'C',
    type: 'flag',
    group: 'File options',
    doc: 'Send files in chunks: files of any size and content, and directories.',
  },
  noCompression: {
    names: ['no-compression'],
    short: 'n',
    type: 'flag',
    group: 'File options',
    doc: 'Do not compress the chunks.',
  },
} as const satisfies OptionTable

/** `salt-cp`: files of this machine, onto minions. */
export const saltCpTool = defineTool({
  name: 'salt-cp',
  usage: "[options] '<target>' SOURCE [SOURCE …] DEST",
  doc: 'Copies files from this machine to minions.',
  options: {
    ...targets,
    ...copyOptions,
    ...outputOptions,
    ...configOptions,
    ...logOptions,
    ...selfOptions,
  },
  saltOptions: optionsOfSaltCp,
  examples: [
    ["salt-cp 'web*' motd /etc/motd", 'A small text file'],
    ["salt-cp -C 'web*' site/ /srv/www", 'A directory'],
  ],
})
