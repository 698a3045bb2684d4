// SPDX-License-Identifier: Apache-2.0
import { defineTool, type OptionTable } from './option.ts'
import { optionsOfSaltRun } from './salt-options.ts'
import {
  argumentOptions,
  configOptions,
  docOption,
  logOptions,
  outputOptions,
  selfOptions,
  timeoutOption,
} from './shared.ts'

const runOptions = {
  timeout: { ...timeoutOption, doc: 'How long runners wait for minions.' },
  async: {
    names: ['async'],
    type: 'flag',
    group: 'Job options',
    doc: 'Start the runner, print its job id and do not wait.',
  },
  quiet: { names: ['quiet'], type: 'flag', group: 'Output options', doc: 'Print no results.' },
  doc: { ...docOption, doc: 'Print the documentation of a runner, or of all.' },
} as const satisfies OptionTable

/** `salt-run`: runs a function on the master. */
export const saltRunTool = defineTool({
  name: 'salt-run',
  usage: '[options] <function> [arguments]',
  doc: 'Runs a runner: a function that runs on the master.',
  options: {
    ...runOptions,
    ...argumentOptions,
    ...outputOptions,
    ...configOptions,
    ...logOptions,
    ...selfOptions,
  },
  saltOptions: optionsOfSaltRun,
  examples: [
    ['salt-run manage.status', 'Which minions are up?'],
    ['salt-run jobs.list_jobs', 'Which jobs ran recently?'],
    ['salt-run jobs.lookup_jid 20261120045007463328', 'What did a job return?'],
  ],
})
