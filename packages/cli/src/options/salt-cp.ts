// SPDX-License-Identifier: Apache-2.0
import { defineTool, type OptionTable } from './option.ts'
import { targetOptions } from './salt.ts'
import { optionsOfSaltCp } from './salt-options.ts'
import { configOptions, logOptions, outputOptions, selfOptions } from './shared.ts'

// `-C` means something else here.
const { compound: _compound, ...targets } = targetOptions

const copyOptions = {
  delimiter: {
    names: ['delimiter'],
    type: 'text',
    value: 'TEXT',
    default: ':',
    group: 'Target options',
    doc: 'What separates the levels of a key and the value in a target.',
  },
  timeout: {
    names: ['timeout'],
    short: 't',
    type: 'integer',
    value: 'SECONDS',
    config: 'timeout',
    group: 'Job options',
    doc: 'How long to wait before asking minions whether they still work on the job.',
  },
  chunked: {
    names: ['chunked'],
    short: 'C',
    type: 'flag',
    group: 'File options',
    doc: 'Send files in parts: files of any size and content, and whole directories.',
  },
  noCompression: {
    names: ['no-compression'],
    short: 'n',
    type: 'flag',
    group: 'File options',
    doc: 'Do not pack the parts.',
  },
} as const satisfies OptionTable

/** `salt-cp`: files of this machine, onto minions. */
export const saltCpTool = defineTool({
  name: 'salt-cp',
  usage: "[options] '<target>' SOURCE [SOURCE …] DEST",
  doc: 'Copies files of this machine to minions.',
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
