// SPDX-License-Identifier: Apache-2.0
import { arg, fn } from '@halite/loader'
import { chrootArguments } from './arguments.ts'
import { settled, visible } from './call.ts'
import { runChroot } from './chroot.ts'
import { runPowershell } from './powershell.ts'
import { powershellAllArguments, powershellArguments } from './powershell-arguments.ts'
import { runScript } from './script.ts'
import { scriptArguments, scriptRetcodeArguments } from './script-arguments.ts'
import { shellInfo } from './shell-info.ts'
import { writeToTty } from './tty.ts'

/** The functions of `cmd` for scripts, other roots, other shells and terminals. */
export const otherFunctions = {
  script: fn({
    doc: 'Run a script of this machine and return what ``cmd.run_all`` returns. A private copy is run, and removed afterwards.',
    examples: [
      `salt '*' cmd.script /srv/scripts/runme.sh`,
      `salt '*' cmd.script /srv/scripts/runme.sh 'arg1 arg2 "arg 3"'`,
    ],
    args: scriptArguments,
    run: async (ctx, values) => {
      const outcome = await runScript(ctx, 'cmd.script', values)
      return settled(values, outcome, visible(outcome, values.hide_output))
    },
  }),
  script_retcode: fn({
    doc: 'Run a script of this machine and return its exit code.',
    examples: [`salt '*' cmd.script_retcode /srv/scripts/runme.sh`],
    args: scriptRetcodeArguments,
    run: async (ctx, values) => {
      const outcome = await runScript(ctx, 'cmd.script_retcode', values)
      return settled(values, outcome, outcome.retcode)
    },
  }),
  run_chroot: fn({
    doc: 'Run a command inside another root, with ``/dev``, ``/proc`` and ``/sys`` mounted there, and return what ``cmd.run_all`` returns. What still runs there afterwards is ended. Linux only.',
    examples: [`salt '*' cmd.run_chroot /var/lib/lxc/web1/rootfs 'sh /tmp/bootstrap.sh'`],
    args: chrootArguments,
    run: async (ctx, values) => {
      const outcome = await runChroot(ctx, values)
      return settled(values, outcome, visible(outcome, values.hide_output))
    },
  }),
  shell_info: fn({
    doc: 'Return whether a shell or script language is installed, where, and its version. Known are bash, cmd, perl, php, powershell, pwsh, python, ruby, tcsh and zsh.',
    examples: [`salt '*' cmd.shell_info bash`],
    args: {
      shell: arg.string('Its name.'),
      list_modules: arg.boolean('List the modules of PowerShell as well.').default(false),
    },
    run: (ctx, { shell, list_modules }) => shellInfo(ctx, shell, list_modules),
  }),
  powershell: fn({
    doc: 'Run a command of PowerShell and return its objects; an empty map when it printed none. Needs ``powershell`` or ``pwsh``.',
    examples: [`salt '*' cmd.powershell '$PSVersionTable.PSVersion'`],
    args: powershellArguments,
    run: async (ctx, values) => {
      const { result, ...outcome } = await runPowershell(ctx, 'cmd.powershell', values)
      if (result === undefined && outcome.stdout !== '') ctx.log.error('PowerShell printed invalid JSON')
      return settled(values, outcome, values.hide_output ? {} : (result ?? {}))
    },
  }),
  powershell_all: fn({
    doc: 'As ``cmd.powershell``, and return a map of ``pid``, ``retcode``, ``stderr`` and the objects under ``result``.',
    examples: [`salt '*' cmd.powershell_all 'Get-Process' force_list=True`],
    args: powershellAllArguments,
    run: async (ctx, { force_list, ...values }) => {
      const { result, ...outcome } = await runPowershell(ctx, 'cmd.powershell_all', values)
      const { stdout, ...others } = visible(outcome, values.hide_output)
      if (result === undefined && stdout !== '') return settled(values, outcome, { stdout, ...others })
      const objects = force_list ? asList(result) : (result ?? {})
      return settled(values, outcome, { ...others, result: values.hide_output ? null : objects })
    },
  }),
  tty: fn({
    doc: 'Write a text to a terminal of the minion.',
    examples: [`salt '*' cmd.tty tty0 'This is a test'`, `salt '*' cmd.tty pts3 'This is a test'`],
    args: {
      device: arg.string('The terminal: ``tty0``, ``pts3``.'),
      echo: arg.string('The text.').default(''),
    },
    run: (_ctx, { device, echo }) => writeToTty(device, echo),
  }),
}

function asList(result: unknown): readonly unknown[] {
  if (result === undefined || result === null) return []
  return Array.isArray(result) ? result : [result]
}
