// SPDX-License-Identifier: Apache-2.0
import { defineTool, type OptionTable } from './option.ts'
import { optionsOfSalt } from './salt-options.ts'
import {
  argumentOptions,
  configOptions,
  docOption,
  logOptions,
  outputOptions,
  selfOptions,
  timeoutOption,
} from './shared.ts'
import { selectionOptions, targetOptions } from './target-options.ts'

const jobOptions = {
  timeout: timeoutOption,
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
    doc: 'Send the job, print its id and do not wait for returns.',
  },
  startEvent: {
    names: ['start-event'],
    type: 'flag',
    group: 'Job options',
    doc: 'Fire the event salt/job/<jid>/start/<id> for each minion that starts the job.',
  },
  subset: {
    names: ['subset'],
    type: 'integer',
    min: 0,
    value: 'N',
    group: 'Job options',
    doc: 'Run on N minions of the target, chosen at random among those that have the function.',
  },
  metadata: {
    names: ['metadata'],
    type: 'text',
    value: 'YAML',
    group: 'Job options',
    doc: 'A value stored with the job; jobs.list_jobs search_metadata= searches for it.',
  },
  return: {
    names: ['return'],
    type: 'text',
    value: 'RETURNER,…',
    group: 'Job options',
    doc: 'Returners that also store the returns. None are implemented yet.',
  },
  argsSeparator: {
    names: ['args-separator'],
    type: 'text',
    value: 'TEXT',
    default: ',',
    group: 'Job options',
    doc: 'Separator of the arguments of several functions.',
  },
  doc: docOption,
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
    min: 0,
    value: 'SECONDS',
    default: 0,
    group: 'Batch options',
    doc: 'How long to wait after a return before the next minion starts.',
  },
  batchSafeLimit: {
    names: ['batch-safe-limit'],
    type: 'integer',
    value: 'N',
    config: 'batch_safe_limit',
    group: 'Batch options',
    doc: 'Run in batches if the target has at least N minions.',
  },
  batchSafeSize: {
    names: ['batch-safe-size'],
    type: 'text',
    value: 'N|N%',
    config: 'batch_safe_size',
    group: 'Batch options',
    doc: 'How many minions then run the job at a time.',
  },
  failhard: {
    names: ['failhard'],
    type: 'flag',
    group: 'Batch options',
    doc: 'Start the job on no more minions of a batch after one failed.',
  },
} as const satisfies OptionTable

const reportOptions = {
  verbose: {
    names: ['verbose'],
    short: 'v',
    type: 'flag',
    group: 'Output options',
    doc: 'Print the job id first, and the minions that did not return.',
  },
  hideTimeout: {
    names: ['hide-timeout'],
    type: 'flag',
    group: 'Output options',
    doc: 'Do not print minions that did not return; the exit code still reflects them.',
  },
  showTimeout: {
    names: ['show-timeout'],
    type: 'flag',
    group: 'Output options',
    doc: 'Print minions that did not return, even if the configuration hides them.',
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
    doc: 'Print at the end how many minions were targeted, returned and failed.',
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
