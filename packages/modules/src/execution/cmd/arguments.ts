// SPDX-License-Identifier: Apache-2.0
import { type ArgSpec, arg, type ExecContext, plainWords } from '@halite/loader'

const line = arg.string('The command; a list of words is never read by a shell.')

/** The command itself: text, or a list of words. */
const cmd: ArgSpec<string | readonly string[], true> = {
  ...line,
  parse: (value) => (Array.isArray(value) ? value.map((word) => line.parse(word)) : line.parse(value)),
}

/** The value of an environment variable: as typed on a command line; whatever else comes is written out later. */
const variable: ArgSpec<unknown> = { ...arg.string('A value.').optional(), parse: plainWords }

const place = {
  cwd: arg.string('Directory to run in; default: the home of the user it runs as.').optional(),
  stdin: arg.string('What it reads from standard input; ``\\n`` is a line end.').optional(),
  runas: arg.string('User to run as, with the environment of a login of theirs.').optional(),
  group: arg.string('Group to run as.').optional(),
  shell: arg.string('Shell that reads the command; default: the grain ``shell``.').optional(),
}

const pythonShell = {
  python_shell: arg
    .boolean('Whether a shell reads the command: on for a call from outside, off for one from a module.')
    .optional(),
}

const reading = {
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

const limits = {
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

const manner = { ...reading, ...limits }

const redirect = (fallback: boolean) => ({
  redirect_stderr: arg.boolean('Put stderr into stdout, in the order it was written.').default(fallback),
})

const password = {
  password: arg.unsupported(null, 'a command runs as another user without a password, and not on Windows'),
}

const encodedCommand = {
  encoded_cmd: arg.unsupported(
    false,
    '``cmd.powershell`` with ``encode_cmd=True`` encodes the command itself',
  ),
}

const background = {
  bg: arg.boolean('Start it and return at once, without its output.').default(false),
}

const success = {
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

const verdict = {
  ...success,
  kwargs: arg.keywords('Facts of the call, ``__pub_*``; other names are refused.'),
}

/** Arguments of `cmd.run`, in Salt's order. */
export const runArguments = {
  cmd,
  ...place,
  ...pythonShell,
  ...manner,
  ...redirect(true),
  ...background,
  ...password,
  ...encodedCommand,
  raise_err: arg.boolean('Fail with the output as message when the exit code is not 0.').default(false),
  ...verdict,
}

/** Arguments of `cmd.shell`. */
export const shellArguments = {
  cmd,
  ...place,
  ...manner,
  ...background,
  ...password,
  ...success,
  python_shell: arg.boolean('Whether a shell reads the command.').default(true),
  kwargs: verdict.kwargs,
}

/** Arguments of `cmd.run_all`. */
export const runAllArguments = {
  cmd,
  ...place,
  ...pythonShell,
  ...manner,
  ...redirect(false),
  ...password,
  ...encodedCommand,
  ...background,
  ...verdict,
}

/** Arguments of `cmd.run_stdout`, `cmd.run_stderr` and `cmd.retcode`. */
export const partArguments = { cmd, ...place, ...pythonShell, ...manner, ...password, ...verdict }

const unwaited = 'without effect, since nothing waits for the command.'

/** Arguments of `cmd.run_bg`. */
export const backgroundArguments = {
  cmd,
  ...place,
  ...pythonShell,
  env: manner.env,
  clean_env: manner.clean_env,
  template: manner.template,
  umask: manner.umask,
  timeout: arg.seconds(`Taken as by Salt: ${unwaited}`).optional(),
  output_encoding: arg.encoding(`Taken as by Salt: ${unwaited}`).optional(),
  output_loglevel: manner.output_loglevel,
  log_callback: manner.log_callback,
  reset_system_locale: manner.reset_system_locale,
  ignore_retcode: arg.boolean(`Taken as by Salt: ${unwaited}`).default(false),
  saltenv: manner.saltenv,
  ...password,
  prepend_path: verdict.prepend_path,
  success_retcodes: arg.list(`Taken as by Salt: ${unwaited}`, arg.integer('An exit code.')).default([0]),
  success_stdout: arg.list(`Taken as by Salt: ${unwaited}`, arg.string('A text.')).default([]),
  success_stderr: arg.list(`Taken as by Salt: ${unwaited}`, arg.string('A text.')).default([]),
  windows_codepage: verdict.windows_codepage,
  kwargs: verdict.kwargs,
}

/** Arguments of `cmd.exec_code` and `cmd.exec_code_all`. */
export const codeArguments = {
  lang: arg.string('Program that runs the code: ``python3``, ``ruby``, ``perl``.'),
  code: arg.string('The code.'),
  cwd: place.cwd,
  args: arg.list('Words for the code.', arg.string('A word.')).default([]),
  runas: place.runas,
  group: place.group,
  ...manner,
  ...password,
  ...encodedCommand,
  ...verdict,
}

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

/** Arguments of `cmd.run_chroot`, in Salt's order. */
export const chrootArguments = {
  root: arg.path('The directory that becomes the root.'),
  cmd,
  ...place,
  python_shell: arg
    .boolean('Taken as by Salt: a shell of the other root always reads the command.')
    .default(true),
  binds: arg.list('Directories that are to be seen inside.', arg.path('A directory.')).default([]),
  ...manner,
  output_loglevel: arg
    .string('Level at which the output is logged; ``quiet`` logs nothing at all.')
    .default('quiet'),
  ...background,
  ...verdict,
}

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

/**
 * Whether a call comes from outside, a command line or the API, and not from a module or template: its keywords bring
 * `__pub_jid`, or there is no job at all.
 */
export function isFromOutside(ctx: ExecContext, kwargs: Readonly<Record<string, unknown>>): boolean {
  return Object.hasOwn(kwargs, '__pub_jid') || ctx.job === undefined
}
