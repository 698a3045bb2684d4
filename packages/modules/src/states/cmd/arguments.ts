// SPDX-License-Identifier: Apache-2.0
import { type ArgSpec, arg } from '@halite/loader'

/** As it was written; None is the same as nothing. */
const anything = (doc: string): ArgSpec<unknown, false> => ({ ...arg.any(doc), required: false })

const place = {
  cwd: arg.string('Directory to run in.').optional(),
  root: arg.string('Directory that becomes the root of the command.').optional(),
  runas: arg.string('User to run as.').optional(),
  shell: arg.string('Shell that reads the command; default: the grain ``shell``.').optional(),
  env: anything('Environment variables to add: a map, or a list of maps.'),
  prepend_path: arg.string('Put before ``PATH``.').optional(),
  umask: arg.string('The umask to run with, in octal.').optional(),
  stateful: anything(
    'Whether the last line printed, ``changed=yes comment=done``, or a JSON map, says what changed; a list with ``test_name`` names the command that says so when nothing may change.',
  ),
}

const manner = {
  output_loglevel: arg.string('Level at which the output is logged.').default('debug'),
  hide_output: arg.boolean('Leave the output out of the changes.').default(false),
  timeout: arg.seconds('Kill the command after so many seconds.').optional(),
  ignore_timeout: arg.boolean('Whether a command that took too long counts as a success.').default(false),
  use_vt: arg.boolean('Give the command a terminal of its own.').default(false),
  success_retcodes: anything('Exit codes that count as 0.'),
  success_stdout: anything('Texts in stdout that mean success.'),
  success_stderr: anything('Texts in stderr that mean success.'),
}

const script = {
  source: arg.string('Where the script is fetched from; default: the name.').optional(),
  template: arg.string('The renderer that the script is a template for.').optional(),
  args: anything('What the script is called with.'),
  context: anything('Names that the template sees.'),
  defaults: anything('The same, for names that ``context`` does not have.'),
  password: arg.unsupported(null, 'a command runs as another user without a password, and not on Windows'),
}

const others = { kwargs: arg.keywords('Further arguments of ``cmd.run_all``.') }

/** The arguments of `cmd.run`. */
export const runArguments = { ...place, ...manner, ...others }

/** The arguments of `cmd.wait`. */
export const waitArguments = runArguments

/** The arguments of `cmd.script`. */
export const scriptArguments = { ...script, ...place, ...manner, ...others }

/** The arguments of `cmd.mod_watch`. */
export const watchArguments = {
  sfun: arg.string('The function that was asked for.').default('run'),
  ...scriptArguments,
}
