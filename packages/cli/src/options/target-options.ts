// SPDX-License-Identifier: Apache-2.0
import type { OptionTable } from './option.ts'

/** Target types other than a glob; at most one may be given. */
export const targetOptions = {
  pcre: {
    names: ['pcre'],
    short: 'E',
    type: 'flag',
    group: 'Target options',
    doc: "The target is a regular expression, matched at the start of the id: 'web\\d+'.",
  },
  list: {
    names: ['list'],
    short: 'L',
    type: 'flag',
    group: 'Target options',
    doc: 'The target is a list of ids: web1,web2.',
  },
  grain: {
    names: ['grain'],
    short: 'G',
    type: 'flag',
    group: 'Target options',
    doc: "The target is a grain and a glob for its value: 'os:Debian'.",
  },
  grainPcre: {
    names: ['grain-pcre'],
    short: 'P',
    type: 'flag',
    group: 'Target options',
    doc: "The target is a grain and a regular expression: 'os:Deb.*'.",
  },
  nodegroup: {
    names: ['nodegroup'],
    short: 'N',
    type: 'flag',
    group: 'Target options',
    doc: "The target is the name of a group from the master's configuration.",
  },
  compound: {
    names: ['compound'],
    short: 'C',
    type: 'flag',
    group: 'Target options',
    doc: "The target combines all of these: 'G@os:Debian and not web*'.",
  },
  pillar: {
    names: ['pillar'],
    short: 'I',
    type: 'flag',
    group: 'Target options',
    doc: "The target is a pillar key and a glob for its value: 'role:db*'.",
  },
  pillarPcre: {
    names: ['pillar-pcre'],
    short: 'J',
    type: 'flag',
    group: 'Target options',
    doc: 'The target is a pillar key and a regular expression.',
  },
  ipcidr: {
    names: ['ipcidr'],
    short: 'S',
    type: 'flag',
    group: 'Target options',
    doc: "The target is an address or a network: '10.0.0.0/8'.",
  },
} as const satisfies OptionTable

/** Options about the target that are no target type. */
export const selectionOptions = {
  delimiter: {
    names: ['delimiter'],
    type: 'text',
    value: 'TEXT',
    default: ':',
    group: 'Target options',
    doc: 'Separator of the levels of a key and the value in a target.',
  },
  previewTarget: {
    names: ['preview-target'],
    type: 'flag',
    group: 'Target options',
    doc: 'Print the minions that the target selects; nothing is sent.',
  },
} as const satisfies OptionTable
