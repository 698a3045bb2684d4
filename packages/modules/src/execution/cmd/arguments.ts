// SPDX-License-Identifier: Apache-2.0
import { arg } from '@halite/loader'
import {
  background,
  cmd,
  encodedCommand,
  manner,
  password,
  place,
  pythonShell,
  redirect,
  success,
  verdict,
} from './argument-groups.ts'

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
