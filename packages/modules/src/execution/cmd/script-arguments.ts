// SPDX-License-Identifier: Apache-2.0
import { arg } from '@halite/loader'
import { background, manner, password, place, pythonShell, verdict } from './argument-groups.ts'

const script = {
  source: arg.string('The script: a URL (``salt://``, ``https://``, ``file://``), or an absolute path.'),
  args: arg.any('Words for the script, as a list, or as text that is split as a shell would.').optional(),
  ...place,
  ...pythonShell,
  env: manner.env,
  template: manner.template,
  umask: manner.umask,
}

/** Arguments of `cmd.script`, in Salt's order. */
export const scriptArguments = {
  ...script,
  output_encoding: manner.output_encoding,
  output_loglevel: manner.output_loglevel,
  log_callback: manner.log_callback,
  hide_output: manner.hide_output,
  timeout: manner.timeout,
  reset_system_locale: manner.reset_system_locale,
  saltenv: manner.saltenv,
  use_vt: manner.use_vt,
  ...background,
  ...password,
  ignore_retcode: manner.ignore_retcode,
  ...verdict,
}

/** Arguments of `cmd.script_retcode`, in Salt's order. */
export const scriptRetcodeArguments = {
  ...script,
  timeout: manner.timeout,
  reset_system_locale: manner.reset_system_locale,
  saltenv: manner.saltenv,
  output_encoding: manner.output_encoding,
  output_loglevel: manner.output_loglevel,
  log_callback: manner.log_callback,
  use_vt: manner.use_vt,
  ...password,
  hide_output: manner.hide_output,
  ignore_retcode: manner.ignore_retcode,
  ...verdict,
}
