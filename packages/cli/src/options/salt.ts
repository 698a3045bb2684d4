// SPDX-License-Identifier: Apache-2.0
import { defineTool, type OptionTable } from './option.ts'
import { optionsOfSalt } from './salt-options.ts'
import { argumentOptions, configOptions, logOptions, outputOptions, selfOptions } from './shared.ts'

/** Other ways to read the target than as a glob; at most one may be given. */
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

const selectionOptions = {
  delimiter: {
    names: ['delimiter'],
    type: 'text',
    value: 'TEXT',
    default: ':',
    group: 'Target options',
    doc: 'What separates the levels of a key and the value in a target.',
  },
  previewTarget: {
    names: ['preview-target'],
    type: 'flag',
    group: 'Target options',
    doc: 'Print the minions that the target selects; nothing is sent.',
  },
} as const satisfies OptionTable

const jobOptions = {
  timeout: {
    names: ['timeout'],
    short: 't',
    type: 'integer',
    value: 'SECONDS',
    config: 'timeout',
    group: 'Job options',
    doc: 'How long to wait before asking minions whether they still work on the job.',
  },
  static: {
    names: ['static'],
    short: 's',
    type: 'flag',
    group: 'Job options',
    doc: 'Wait for all minions and print one result.',
  },
  async: {
    names: ['async'],
    type: 'flag',
    group: 'Job options',
    doc: 'Send the job, print its id and wait for nobody.',
  },
  startEvent: {
    names: ['start-event'],
    type: 'flag',
    group: 'Job options',
    doc: 'Fire the event salt/job/<jid>/start/<id> for each minion before it begins.',
  },
  subset: {
    names: ['subset'],
    type: 'integer',
    value: 'N',
    group: 'Job options',
    doc: 'Run on N minions of the target, chosen at random among those that have the function.',
  },
  metadata: {
    names: ['metadata'],
    type: 'text',
    value: 'YAML',
    group: 'Job options',
    doc: 'A value that is kept with the job; jobs.list_jobs search_metadata= finds it.',
  },
  return: {
    names: ['return'],
    type: 'text',
    value: 'RETURNER,…',
    group: 'Job options',
    doc: 'Where else returns go. There are no returners yet.',
  },
  argsSeparator: {
    names: ['args-separator'],
    type: 'text',
    value: 'TEXT',
    default: ',',
    group: 'Job options',
    doc: 'What separates the arguments of several functions.',
  },
  doc: {
    names: ['doc', 'documentation'],
    short: 'd',
    type: 'flag',
    group: 'Job options',
    doc: 'Print the documentation of a function or module, or of all.',
  },
  configDump: {
    names: ['config-dump'],
    type: 'flag',
    group: 'General options',
    doc: "Print the master's configuration as YAML.",
  },
} as const satisfies OptionTable

const batchOptions = {
  batch: {
    names: ['batch-size', 'batch'],
    short: 'b',
    type: 'text',
    value: 'N|N%',
    group: 'Batch options',
    doc: 'How many minions run the job at a time: a number, or a share of those that are connected.',
  },
  batchWait: {
    names: ['batch-wait'],
    type: 'number',
    value: 'SECONDS',
    default: 0,
    group: 'Batch options',
    doc: 'How long the place of a minion stays taken after its return.',
  },
  batchSafeLimit: {
    names: ['batch-safe-limit'],
    type: 'integer',
    value: 'N',
    config: 'batch_safe_limit',
    group: 'Batch options',
    doc: 'Go round in groups when the target has at least N minions.',
  },
  batchSafeSize: {
    names: ['batch-safe-size'],
    type: 'text',
    value: 'N|N%',
    config: 'batch_safe_size',
    group: 'Batch options',
    doc: 'How many run it at a time then.',
  },
  failhard: {
    names: ['failhard'],
    type: 'flag',
    group: 'Batch options',
    doc: 'Begin nothing more in a batch once a minion failed.',
  },
} as const satisfies OptionTable

const reportOptions = {
  verbose: {
    names: ['verbose'],
    short: 'v',
    type: 'flag',
    group: 'Output options',
    doc: 'Print the job id first and name the minions that did not answer.',
  },
  hideTimeout: {
    names: ['hide-timeout'],
    type: 'flag',
    group: 'Output options',
    doc: 'Leave out minions that did not answer; the exit code still tells.',
  },
  showTimeout: {
    names: ['show-timeout'],
    type: 'flag',
    group: 'Output options',
    doc: 'Show minions that did not answer, although the configuration hides them.',
  },
  showJid: {
    names: ['show-jid'],
    type: 'flag',
    group: 'Output options',
    doc: 'Print the job id first.',
  },
  progress: {
    names: ['progress'],
    short: 'p',
    type: 'flag',
    group: 'Output options',
    doc: 'Print a line on standard error for each state as it ends.',
  },
  summary: {
    names: ['summary'],
    type: 'flag',
    config: 'cli_summary',
    group: 'Output options',
    doc: 'Count at the end the minions that were asked, that answered and that failed.',
  },
} as const satisfies OptionTable

/** `salt`: runs a function on the minions that a target selects. */
export const saltTool = defineTool({
  name: 'salt',
  usage: "[options] '<target>' <function> [arguments]",
  doc: 'Runs a function on every minion that the target selects, and prints what they return.',
  options: {
    ...targetOptions,
    ...selectionOptions,
    ...jobOptions,
    ...batchOptions,
    ...argumentOptions,
    ...outputOptions,
    ...reportOptions,
    ...configOptions,
    ...logOptions,
    ...selfOptions,
  },
  saltOptions: optionsOfSalt,
  examples: [
    ["salt '*' test.ping", 'Who is there?'],
    ["salt 'web*' pkg.install vim", 'Install a package where the id starts with web'],
    ["salt -G 'os:Debian' cmd.run 'uptime'", 'Run a command on all Debian machines'],
    ["salt -b 10% 'web*' service.restart nginx", 'A tenth of the minions at a time'],
    ['salt -t 60 db1 service.restart mysql', 'Wait longer for an answer'],
    ["salt '*' test.ping,cmd.run , uptime", 'Two functions in one job, arguments separated by a comma'],
    ["salt '*' grains.items --static --out=json", 'One JSON document of all answers'],
    ["salt '*' sys.doc pkg.install", 'What does a function do?'],
  ],
})
