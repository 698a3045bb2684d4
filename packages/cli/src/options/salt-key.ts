// SPDX-License-Identifier: Apache-2.0
import { defineTool, type OptionTable } from './option.ts'
import { optionsOfSaltKey } from './salt-options.ts'
import { configOptions, logOptionsWithoutShort, outputOptions, selfOptions, userOptions } from './shared.ts'

const actionOptions = {
  list: {
    names: ['list'],
    short: 'l',
    type: 'text',
    value: 'STATE',
    group: 'Key actions',
    doc: 'List the keys in one state: acc, pre or un, rej, den, all. A prefix of the name is sufficient.',
  },
  listAll: {
    names: ['list-all'],
    short: 'L',
    type: 'flag',
    group: 'Key actions',
    doc: 'List all keys; the default without an action.',
  },
  accept: {
    names: ['accept'],
    short: 'a',
    type: 'text',
    value: 'GLOB',
    group: 'Key actions',
    doc: 'Accept the pending keys that match.',
  },
  acceptAll: {
    names: ['accept-all'],
    short: 'A',
    type: 'flag',
    group: 'Key actions',
    doc: 'Accept all pending keys.',
  },
  reject: {
    names: ['reject'],
    short: 'r',
    type: 'text',
    value: 'GLOB',
    group: 'Key actions',
    doc: 'Reject the pending keys that match.',
  },
  rejectAll: {
    names: ['reject-all'],
    short: 'R',
    type: 'flag',
    group: 'Key actions',
    doc: 'Reject all pending keys.',
  },
  delete: {
    names: ['delete'],
    short: 'd',
    type: 'text',
    value: 'GLOB',
    group: 'Key actions',
    doc: 'Delete the keys that match, in any state.',
  },
  deleteAll: {
    names: ['delete-all'],
    short: 'D',
    type: 'flag',
    group: 'Key actions',
    doc: 'Delete all keys.',
  },
  print: {
    names: ['print'],
    short: 'p',
    type: 'text',
    value: 'GLOB',
    group: 'Key actions',
    doc: 'Print the public keys that match.',
  },
  printAll: {
    names: ['print-all'],
    short: 'P',
    type: 'flag',
    group: 'Key actions',
    doc: 'Print all public keys.',
  },
  finger: {
    names: ['finger'],
    short: 'f',
    type: 'text',
    value: 'GLOB',
    group: 'Key actions',
    doc: 'Print the fingerprints of the keys that match.',
  },
  fingerAll: {
    names: ['finger-all'],
    short: 'F',
    type: 'flag',
    group: 'Key actions',
    doc: "Print all fingerprints, the master's own first.",
  },
  genKeys: {
    names: ['gen-keys'],
    type: 'text',
    value: 'NAME',
    group: 'Key actions',
    doc: 'Generate a key pair with this name, to be installed on a minion before its first start.',
  },
} as const satisfies OptionTable

const mannerOptions = {
  includeAll: {
    names: ['include-all'],
    type: 'flag',
    group: 'Key options',
    doc: 'Accept or reject keys in every state.',
  },
  includeAccepted: {
    names: ['include-accepted'],
    type: 'flag',
    group: 'Key options',
    doc: 'Reject accepted keys too.',
  },
  includeRejected: {
    names: ['include-rejected'],
    type: 'flag',
    group: 'Key options',
    doc: 'Accept rejected keys too.',
  },
  includeDenied: {
    names: ['include-denied'],
    type: 'flag',
    group: 'Key options',
    doc: 'Accept or reject denied keys too.',
  },
  yes: {
    names: ['yes'],
    short: 'y',
    type: 'flag',
    group: 'Key options',
    doc: 'Do not ask for confirmation.',
  },
  genKeysDir: {
    names: ['gen-keys-dir'],
    type: 'text',
    value: 'DIR',
    default: '.',
    group: 'Key options',
    doc: 'Where a new key pair is written.',
  },
  preserveMinions: {
    names: ['preserve-minions'],
    type: 'choice',
    choices: ['true', 'false', 'True', 'False'],
    value: 'BOOL',
    default: 'false',
    group: 'Key options',
    doc: 'Whether the grains, pillar and mine of a minion are kept when its key is deleted.',
  },
  quiet: { names: ['quiet'], short: 'q', type: 'flag', group: 'Output options', doc: 'Print nothing.' },
  ...userOptions,
} as const satisfies OptionTable

/** `salt-key`: decides which minions belong to this master. */
export const saltKeyTool = defineTool({
  name: 'salt-key',
  usage: '[options]',
  noWords: 'several keys are one word, web1,web2, or a pattern in quotes',
  doc: 'Lists the keys of minions and decides which ones this master accepts.',
  options: {
    ...actionOptions,
    ...mannerOptions,
    ...outputOptions,
    ...configOptions,
    ...logOptionsWithoutShort,
    ...selfOptions,
  },
  saltOptions: optionsOfSaltKey,
  examples: [
    ['salt-key', 'All keys and their states'],
    ['salt-key -f web1', 'Compare this with salt-call --local key.finger on web1'],
    ['salt-key -a web1', 'Accept it'],
    ["salt-key -yd 'old*'", 'Delete without confirmation'],
  ],
})
