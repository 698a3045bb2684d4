// SPDX-License-Identifier: Apache-2.0
import { type ArgSpec, arg, plainWords } from '@halite/loader'

const line = arg.string('The command; a list of words is never read by a shell.')

/** The command itself: text, or a list of words. */
export const cmd: ArgSpec<string | readonly string[], true> = {
  ...line,
  parse: (value) => (Array.isArray(value) ? value.map((word) => line.parse(word)) : line.parse(value)),
}

/** The value of an environment variable: as typed on a command line; whatever else comes is written out later. */
const variable: ArgSpec<unknown> = { ...arg.string('A value.').optional(), parse: plainWords }

/** Where and as whom a command runs. */
export const place = {
  cwd: arg.string('Directory to run in; default: the home of the user it runs as.').optional(),
  stdin: arg.string('What it reads from standard input; ``\\n`` is a line end.').optional(),
  runas: arg.string('User to run as, with the environment of a login of theirs.').optional(),
  group: arg.string('Group to run as.').optional(),
  shell: arg.string('Shell that reads the command; default: the grain ``shell``.').optional(),
}

/** Whether a shell reads the command. */
export const pythonShell = {
  python_shell: arg
    .boolean('Whether a shell reads the command: on for a call from outside, off for one from a module.')
    .optional(),
}

/** How a command is read, and what it prints. */
export const reading = {
  env: arg.map('Environment variables to add, as a map or a list of maps.', variable).optional(),
  clean_env: arg.boolean('Start from an empty environment.').default(false),
  template: arg
    .string('Render the command, its directory or the script as a template first: ``jinja``.')
    .optional(),
  rstrip: arg.boolean('Drop blanks at the end of the output.').default(true),
  umask: arg.string('The umask to run with, in octal.').optional(),
  output_encoding: arg
    .encoding('How the output is encoded, by one of the names Python has for it; default UTF-8.')
    .optional(),
  output_loglevel: arg
    .string('Level at which the output is logged; ``quiet`` logs nothing at all.')
    .default('debug'),
  log_callback: arg.unsupported(
    null,
    'no function can be given to a call, and what is logged cannot be changed',
  ),
}

/** How long a command may take, and what is kept of it. */
export const limits = {
  hide_output: arg.boolean('Return no output.').default(false),
  timeout: arg.seconds('Kill the command and all it started after so many seconds.').optional(),
  reset_system_locale: arg.boolean('Run in the C locale, so that output can be parsed.').default(true),
  ignore_retcode: arg
    .boolean('Do not count an exit code other than 0 as a failure of the job.')
    .default(false),
  saltenv: arg.string('Environment of the files that a template includes.').optional(),
  use_vt: arg
    .boolean(
      'Give the command a terminal of its own, with ``script`` of util-linux; errors are then part of the output.',
    )
    .default(false),
}

/** How a command is read and run. */
export const manner = { ...reading, ...limits }

/** Where errors go. */
export const redirect = (fallback: boolean) => ({
  redirect_stderr: arg.boolean('Put stderr into stdout, in the order it was written.').default(fallback),
})

/** Of the user that a command runs as. */
export const password = {
  password: arg.unsupported(null, 'a command runs as another user without a password, and not on Windows'),
}

/** A command in base64. */
export const encodedCommand = {
  encoded_cmd: arg.unsupported(
    false,
    '``cmd.powershell`` with ``encode_cmd=True`` encodes the command itself',
  ),
}

/** Whether a command is waited for. */
export const background = {
  bg: arg.boolean('Start it and return at once, without its output.').default(false),
}

/** When a command counts as one that succeeded. */
export const success = {
  prepend_path: arg.string('Put before ``PATH``.').optional(),
  success_retcodes: arg.list('Exit codes that count as 0.', arg.integer('An exit code.')).default([0]),
  success_stdout: arg.list('Texts in stdout that mean success.', arg.string('A text.')).default([]),
  success_stderr: arg.list('Texts in stderr that mean success.', arg.string('A text.')).default([]),
  windows_codepage: arg.unsupported(
    65001,
    'the console stays as it is; ``output_encoding`` decodes the output',
  ),
  stdin_raw_newlines: arg.boolean('Leave ``\\n`` in ``stdin`` as it is.').default(false),
}

/** The same, with the facts of the call. */
export const verdict = {
  ...success,
  kwargs: arg.keywords('Facts of the call, ``__pub_*``; other names are refused.'),
}
