// SPDX-License-Identifier: Apache-2.0
import { pythonStr, SaltError } from '@halite/core'
import { type ArgSpec, arg, type ExecContext } from '@halite/loader'

const line = arg.string('The command; a list of words is never read by a shell.')

/** The command itself: text, or a list of words. */
const cmd: ArgSpec<string | readonly string[], true> = {
  ...line,
  parse: (value) => (Array.isArray(value) ? value.map((word) => line.parse(word)) : line.parse(value)),
}

const place = {
  cwd: arg.string('Directory to run in; default: the home of the user it runs as.').optional(),
  stdin: arg.string('What it reads from standard input; ``\\n`` is a line end.').optional(),
  runas: arg.string('User to run as, with the environment of a login of theirs.').optional(),
  group: arg.string('Group to run as.').optional(),
  shell: arg.string('Shell that reads the command; default ``/bin/sh``, on Windows ``cmd.exe``.').optional(),
}

const pythonShell = {
  python_shell: arg
    .boolean('Whether a shell reads the command: on for a call from outside, off for one from a module.')
    .optional(),
}

const manner = {
  env: arg.map('Environment variables to add, as a map or a list of maps.').optional(),
  clean_env: arg.boolean('Start from an empty environment.').default(false),
  rstrip: arg.boolean('Drop blanks at the end of the output.').default(true),
  umask: arg.string('The umask to run with, in octal.').optional(),
  output_encoding: arg.string('How the output is encoded; default UTF-8.').optional(),
  output_loglevel: arg
    .string('Level at which the output is logged; ``quiet`` logs nothing at all.')
    .default('debug'),
  hide_output: arg.boolean('Return no output.').default(false),
  timeout: arg.seconds('Kill the command and all it started after so many seconds.').optional(),
  reset_system_locale: arg.boolean('Run in the C locale, so that output can be parsed.').default(true),
  ignore_retcode: arg
    .boolean('Do not count an exit code other than 0 as a failure of the job.')
    .default(false),
}

const redirect = (fallback: boolean) => ({
  redirect_stderr: arg.boolean('Put stderr into stdout, in the order it was written.').default(fallback),
})

const background = {
  bg: arg.boolean('Start it and return at once, without its output.').default(false),
}

const verdict = {
  prepend_path: arg.string('Put before ``PATH``.').optional(),
  success_retcodes: arg.list('Exit codes that count as 0.', arg.integer('An exit code.')).default([0]),
  success_stdout: arg.list('Texts in stdout that mean success.', arg.string('A text.')).default([]),
  success_stderr: arg.list('Texts in stderr that mean success.', arg.string('A text.')).default([]),
  stdin_raw_newlines: arg.boolean('Leave ``\\n`` in ``stdin`` as it is.').default(false),
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
  raise_err: arg.boolean('Fail with the output as message when the exit code is not 0.').default(false),
  ...verdict,
}

/** Arguments of `cmd.shell`. */
export const shellArguments = { cmd, ...place, ...manner, ...background, ...verdict }

/** Arguments of `cmd.run_all`. */
export const runAllArguments = {
  cmd,
  ...place,
  ...pythonShell,
  ...manner,
  ...redirect(false),
  ...background,
  ...verdict,
}

/** Arguments of `cmd.run_stdout`, `cmd.run_stderr` and `cmd.retcode`. */
export const partArguments = { cmd, ...place, ...pythonShell, ...manner, ...verdict }

/** Arguments of `cmd.run_bg`. */
export const backgroundArguments = {
  cmd,
  ...place,
  ...pythonShell,
  env: manner.env,
  clean_env: manner.clean_env,
  umask: manner.umask,
  output_loglevel: manner.output_loglevel,
  reset_system_locale: manner.reset_system_locale,
  prepend_path: verdict.prepend_path,
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
  ...verdict,
}

/**
 * Whether a call comes from outside, a command line or the API, and not from a module or template: its keywords bring
 * `__pub_jid`, or there is no job at all.
 */
export function isFromOutside(ctx: ExecContext, kwargs: Readonly<Record<string, unknown>>): boolean {
  return Object.hasOwn(kwargs, '__pub_jid') || ctx.job === undefined
}

/** Refuses collected keywords that are no facts of the call, in the words for any function; ARGUMENTS_INVALID. */
export function checkKeywords(name: string, kwargs: Readonly<Record<string, unknown>>): void {
  const invalid = Object.entries(kwargs).filter(([key]) => !key.startsWith('__'))
  if (invalid.length === 0) return
  const list = invalid.map(([key, value]) => `${key}=${pythonStr(value)}`).join(', ')
  throw new SaltError(
    'ARGUMENTS_INVALID',
    `ERROR executing '${name}': The following keyword arguments are not valid: ${list}`,
    { data: { fault: 'keyword' } },
  )
}
