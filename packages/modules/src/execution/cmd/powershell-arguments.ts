// SPDX-License-Identifier: Apache-2.0
import { arg } from '@halite/loader'
import { cmd, limits, manner, password, place, reading, verdict } from './argument-groups.ts'

const powershell = {
  cmd,
  cwd: place.cwd,
  stdin: place.stdin,
  runas: place.runas,
  shell: arg.choice('The program.', ['powershell', 'pwsh']).optional(),
}

const objects = {
  ...password,
  depth: arg.integer('Levels of an object that are returned; default 2.').optional(),
  encode_cmd: arg.boolean('Hand the command over in base64, so that no character is lost.').default(false),
}

/** Arguments of `cmd.powershell`. */
export const powershellArguments = { ...powershell, ...manner, ...objects, ...verdict }

/** Arguments of `cmd.powershell_all`, in Salt's order. */
export const powershellAllArguments = {
  ...powershell,
  ...reading,
  quiet: arg
    .boolean('Taken as by Salt, without effect: ``output_loglevel=quiet`` logs nothing.')
    .default(false),
  ...limits,
  ...objects,
  force_list: arg.boolean('Return a list also where there is one object or none.').default(false),
  ...verdict,
}
