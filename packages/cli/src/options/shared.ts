// SPDX-License-Identifier: Apache-2.0
import { defaultConfigDir, logLevels } from '@halite/core'
import type { OptionTable } from './option.ts'

/** What every tool answers about itself. */
export const selfOptions = {
  version: {
    names: ['version'],
    type: 'flag',
    final: true,
    group: 'General options',
    doc: 'Print the version.',
  },
  versionsReport: {
    names: ['versions-report'],
    short: 'V',
    type: 'flag',
    group: 'General options',
    doc: 'Print the versions of this program, its runtime, its libraries and the system.',
  },
  help: {
    names: ['help'],
    short: 'h',
    type: 'flag',
    final: true,
    group: 'General options',
    doc: 'Print this help.',
  },
} as const satisfies OptionTable

/** Where a tool finds its configuration. */
export const configOptions = {
  configDir: {
    names: ['config-dir'],
    short: 'c',
    type: 'text',
    value: 'DIR',
    env: 'SALT_CONFIG_DIR',
    default: defaultConfigDir({ ProgramData: process.env['ProgramData'] }),
    group: 'General options',
    doc: 'Directory of the configuration files.',
  },
  saltfile: {
    names: ['saltfile'],
    type: 'text',
    value: 'FILE',
    env: 'SALT_SALTFILE',
    group: 'General options',
    doc: 'File with command line options for each tool; default ./Saltfile, then ~/.salt/Saltfile.',
  },
} as const satisfies OptionTable

const logLevel = {
  names: ['log-level'],
  type: 'choice',
  choices: logLevels,
  value: 'LEVEL',
  config: 'log_level',
  group: 'General options',
  doc: `Lowest level that is logged to the console: ${logLevels.join(', ')}.`,
} as const

const logFileOptions = {
  logFile: {
    names: ['log-file'],
    type: 'text',
    value: 'FILE',
    config: 'log_file',
    group: 'General options',
    doc: 'Path of the log file. A bare name is a file in the current directory.',
  },
  logFileLevel: {
    names: ['log-file-level'],
    type: 'choice',
    choices: logLevels,
    value: 'LEVEL',
    config: 'log_level_logfile',
    group: 'General options',
    doc: 'Lowest level that is logged to the file.',
  },
} as const satisfies OptionTable

/** Console and file log. */
export const logOptions = {
  logLevel: { ...logLevel, short: 'l' },
  ...logFileOptions,
} as const satisfies OptionTable

/** The same for `salt-key`, whose `-l` lists keys. */
export const logOptionsWithoutShort = { logLevel, ...logFileOptions } as const satisfies OptionTable

/** How results are printed. */
export const outputOptions = {
  out: {
    names: ['out', 'output'],
    type: 'text',
    value: 'OUTPUTTER',
    config: 'output',
    group: 'Output options',
    doc: 'How results are printed: nested, json, yaml, txt, raw, pprint, newline_values_only, quiet.',
  },
  outIndent: {
    names: ['out-indent', 'output-indent'],
    type: 'integer',
    value: 'N',
    group: 'Output options',
    doc: 'Spaces of indentation in json, yaml and pprint. A negative number prints on one line.',
  },
  outFile: {
    names: ['out-file', 'output-file'],
    type: 'text',
    value: 'FILE',
    group: 'Output options',
    doc: 'Write the results to this file.',
  },
  outFileAppend: {
    names: ['out-file-append', 'output-file-append'],
    type: 'flag',
    group: 'Output options',
    doc: 'Append to the file instead of replacing it.',
  },
  noColor: {
    names: ['no-color', 'no-colour'],
    type: 'flag',
    group: 'Output options',
    doc: 'Print without color.',
  },
  forceColor: {
    names: ['force-color', 'force-colour'],
    type: 'flag',
    group: 'Output options',
    doc: 'Print in color even if the output is not a terminal.',
  },
  stateOutput: {
    names: ['state-output', 'state_output'],
    type: 'text',
    value: 'MODE',
    config: 'state_output',
    toConfig: (mode) => mode.toLowerCase(),
    group: 'Output options',
    doc: 'How much of each state is printed: full, terse, mixed, changes, filter, or one of these followed by _id.',
  },
  stateVerbose: {
    names: ['state-verbose', 'state_verbose'],
    type: 'text',
    value: 'BOOL',
    config: 'state_verbose',
    toConfig: (word) => truthOf(word),
    group: 'Output options',
    doc: 'Print states that succeeded without changes too: True or False.',
  },
  outputDiff: {
    names: ['output-diff'],
    type: 'flag',
    config: 'state_output_diff',
    group: 'Output options',
    doc: 'Print only states that changed something or failed.',
  },
} as const satisfies OptionTable

/** True and False as people type them; what is neither is for the option itself to refuse. */
function truthOf(word: string): boolean | string {
  const words: Readonly<Record<string, boolean>> = {
    true: true,
    yes: true,
    '1': true,
    false: false,
    no: false,
    '0': false,
  }
  return words[word.toLowerCase()] ?? word
}

/** How the words behind a function are read. */
export const argumentOptions = {
  argsStdin: {
    names: ['args-stdin'],
    type: 'flag',
    group: 'Job options',
    doc: 'Read further options and arguments from standard input, one on each line.',
  },
  noParse: {
    names: ['no-parse'],
    type: 'names',
    value: 'NAME,…',
    env: 'SALT_NO_PARSE',
    group: 'Job options',
    doc: 'Keyword arguments that are not parsed as YAML: --no-parse=version keeps version=5.10 as text.',
  },
} as const satisfies OptionTable

/** The user that a daemon or tool runs as. */
export const userOptions = {
  user: {
    names: ['user'],
    short: 'u',
    type: 'text',
    value: 'USER',
    config: 'user',
    group: 'General options',
    doc: 'Run as this user.',
  },
} as const satisfies OptionTable

/** What a daemon understands besides configuration and log. */
export const daemonOptions = {
  daemon: {
    names: ['daemon'],
    short: 'd',
    type: 'flag',
    group: 'General options',
    doc: 'Run in the background.',
  },
  ...userOptions,
  pidFile: {
    names: ['pid-file'],
    type: 'text',
    value: 'FILE',
    config: 'pidfile',
    group: 'General options',
    doc: 'Where the process id is written.',
  },
} as const satisfies OptionTable

/** `-t`: how long a tool that sends jobs waits. */
export const timeoutOption = {
  names: ['timeout'],
  short: 't',
  type: 'integer',
  value: 'SECONDS',
  config: 'timeout',
  group: 'Job options',
  doc: 'How long to wait before asking minions whether they are still running the job.',
} as const satisfies OptionTable[string]

/** `-d`: what is documented. */
export const docOption = {
  names: ['doc', 'documentation'],
  short: 'd',
  type: 'flag',
  group: 'Job options',
  doc: 'Print the documentation of a function or module, or of all.',
} as const satisfies OptionTable[string]
