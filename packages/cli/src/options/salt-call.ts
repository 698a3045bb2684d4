// SPDX-License-Identifier: Apache-2.0
import { resolve } from 'node:path'
import { defineTool, type OptionTable } from './option.ts'
import { optionsOfSaltCall } from './salt-options.ts'
import {
  argumentOptions,
  configOptions,
  docOption,
  logOptions,
  outputOptions,
  selfOptions,
} from './shared.ts'

const callOptions = {
  local: {
    names: ['local'],
    type: 'flag',
    group: 'Job options',
    doc: 'Run without a master.',
  },
  master: {
    names: ['master'],
    type: 'text',
    value: 'HOST',
    config: 'master',
    group: 'Job options',
    doc: 'The master to connect to.',
  },
  id: {
    names: ['id'],
    type: 'text',
    value: 'ID',
    config: 'id',
    group: 'Job options',
    doc: 'The minion id to use.',
  },
  timeout: {
    names: ['timeout'],
    short: 't',
    type: 'integer',
    value: 'SECONDS',
    config: 'auth_timeout',
    group: 'Job options',
    doc: 'How long to wait for the master.',
  },
  cachedir: {
    names: ['cachedir'],
    type: 'text',
    value: 'DIR',
    config: 'cachedir',
    group: 'Job options',
    doc: 'Directory of fetched files and other cached data.',
  },
  fileRoot: {
    names: ['file-root'],
    type: 'text',
    value: 'DIR',
    config: 'file_roots',
    toConfig: (dir) => ({ base: [resolve(dir)] }),
    group: 'Job options',
    doc: 'Directory with the files of the environment base (salt://), with --local.',
  },
  pillarRoot: {
    names: ['pillar-root'],
    type: 'text',
    value: 'DIR',
    config: 'pillar_roots',
    toConfig: (dir) => ({ base: [resolve(dir)] }),
    group: 'Job options',
    doc: 'Directory with the pillar files of the environment base, with --local.',
  },
  noReturnEvent: {
    names: ['no-return-event'],
    type: 'flag',
    group: 'Job options',
    doc: 'Do not send the return to the master.',
  },
  moduleDirs: {
    names: ['module-dirs'],
    short: 'm',
    type: 'repeated',
    value: 'DIR',
    group: 'Job options',
    doc: 'A further directory of modules. May be given several times.',
  },
  grains: {
    names: ['grains'],
    short: 'g',
    type: 'flag',
    group: 'Job options',
    doc: 'Print the grains of this machine.',
  },
  doc: docOption,
  retcodePassthrough: {
    names: ['retcode-passthrough'],
    type: 'flag',
    group: 'Job options',
    doc: 'Exit with the return code of the function.',
  },
  metadata: {
    names: ['metadata'],
    type: 'flag',
    group: 'Output options',
    doc: 'Print the whole return, including job id, function, arguments and return code.',
  },
} as const satisfies OptionTable

/** `salt-call`: runs a function on this machine. */
export const saltCallTool = defineTool({
  name: 'salt-call',
  usage: '[options] <function> [arguments]',
  doc: 'Runs a function on this machine, as its minion would.',
  options: {
    ...callOptions,
    ...argumentOptions,
    ...outputOptions,
    ...configOptions,
    ...logOptions,
    ...selfOptions,
  },
  saltOptions: optionsOfSaltCall,
  examples: [
    ['salt-call --local test.ping', 'Without a master'],
    ['salt-call -l debug grains.item os', 'With a detailed log'],
    ['salt-call --local -g --out=json', 'All grains of this machine'],
    ['salt-call --retcode-passthrough cmd.run ./check.sh', 'For scripts that test the exit code'],
  ],
})
