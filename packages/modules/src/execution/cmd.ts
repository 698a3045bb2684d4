// SPDX-License-Identifier: Apache-2.0
import { SaltError } from '@halite/core'
import { arg, defineModule, type ExecContext, type Failed, fn, type Values } from '@halite/loader'
import { lookUpAccount } from './cmd/account.ts'
import {
  backgroundArguments,
  codeArguments,
  partArguments,
  runAllArguments,
  runArguments,
  shellArguments,
} from './cmd/arguments.ts'
import { commandOf, settled, visible } from './cmd/call.ts'
import { withCodeFile } from './cmd/code-file.ts'
import type { Outcome } from './cmd/command.ts'
import { logReturn } from './cmd/log.ts'
import { otherFunctions } from './cmd/others.ts'
import { runCommand } from './cmd/run-command.ts'
import { listShells } from './cmd/shells.ts'

export default defineModule({
  name: 'cmd',
  doc: 'Runs commands. Whoever may call it may do anything on the minion.',
  functions: {
    run: fn({
      doc: 'Run a command and return what it prints, errors included.',
      examples: [
        `salt '*' cmd.run "ls -l | awk '/foo/{print \\$2}'"`,
        `salt '*' cmd.run 'grep f' stdin='one\\ntwo\\nthree\\nfour\\n'`,
        `salt '*' cmd.run cmd='sed -e s/=/:/g'`,
      ],
      args: runArguments,
      run: (ctx, values) => runForOutput(ctx, 'cmd.run', values),
    }),
    shell: fn({
      doc: 'Run a command through a shell and return what it prints, errors included.',
      examples: [`salt '*' cmd.shell 'ls -l | wc -l'`, `salt '*' cmd.shell 'echo $0' shell=/bin/bash`],
      args: shellArguments,
      run: (ctx, values) =>
        runForOutput(ctx, 'cmd.shell', {
          ...values,
          redirect_stderr: true,
          raise_err: false,
        }),
    }),
    run_stdout: fn({
      doc: 'Run a command and return its standard output only.',
      examples: [`salt '*' cmd.run_stdout 'ls -l'`],
      args: partArguments,
      run: async (ctx, values) => {
        const outcome = await runParts(ctx, 'cmd.run_stdout', values)
        return settled(values, outcome, values.hide_output ? '' : outcome.stdout)
      },
    }),
    run_stderr: fn({
      doc: 'Run a command and return its standard error only.',
      examples: [`salt '*' cmd.run_stderr 'ls /nowhere'`],
      args: partArguments,
      run: async (ctx, values) => {
        const outcome = await runParts(ctx, 'cmd.run_stderr', values)
        return settled(values, outcome, values.hide_output ? '' : outcome.stderr)
      },
    }),
    run_all: fn({
      doc: 'Run a command and return a map of its ``pid``, ``retcode``, ``stdout`` and ``stderr``.',
      examples: [`salt '*' cmd.run_all 'ls -l'`],
      args: runAllArguments,
      run: async (ctx, values) => {
        const outcome = await runCommand(ctx, await commandOf(ctx, 'cmd.run_all', values))
        return settled(values, outcome, visible(outcome, values.hide_output))
      },
    }),
    retcode: fn({
      doc: 'Run a command and return its exit code.',
      examples: [`salt '*' cmd.retcode 'file /bin/bash'`],
      args: partArguments,
      run: async (ctx, values) => {
        const outcome = await runParts(ctx, 'cmd.retcode', values)
        return settled(values, outcome, outcome.retcode)
      },
    }),
    run_bg: fn({
      doc: 'Start a command and return a map with its ``pid`` at once; it outlives the job.',
      examples: [`salt '*' cmd.run_bg 'sleep 600'`],
      args: backgroundArguments,
      run: async (ctx, values) => {
        const command = await commandOf(ctx, 'cmd.run_bg', { ...backgroundDefaults, ...values })
        const { pid } = await runCommand(ctx, command)
        return { pid }
      },
    }),
    exec_code: fn({
      doc: 'Write code to a temporary file, let ``lang`` run it, and return its standard output.',
      examples: [`salt '*' cmd.exec_code python3 'print("hello")' args='one,two'`],
      args: codeArguments,
      run: async (ctx, values) => {
        const outcome = await runCode(ctx, 'cmd.exec_code', values)
        return settled(values, outcome, values.hide_output ? '' : outcome.stdout)
      },
    }),
    exec_code_all: fn({
      doc: 'As ``cmd.exec_code``, and return what ``cmd.run_all`` returns.',
      examples: [`salt '*' cmd.exec_code_all ruby 'puts "hello"'`],
      args: codeArguments,
      run: async (ctx, values) => {
        const outcome = await runCode(ctx, 'cmd.exec_code_all', values)
        return settled(values, outcome, visible(outcome, values.hide_output))
      },
    }),
    which: fn({
      doc: 'Return the full path of a program in the search path, or None.',
      examples: [`salt '*' cmd.which cat`],
      args: { cmd: arg.string('Name of the program.') },
      run: ({ which }, { cmd }) => which(cmd) ?? null,
    }),
    which_bin: fn({
      doc: 'Return the full path of the first of several programs that exists, or None.',
      examples: [`salt '*' cmd.which_bin '[pip3, pip]'`],
      args: { cmds: arg.list('Names of programs.', arg.string('A name.')) },
      run: ({ which }, { cmds }) => cmds.map((cmd) => which(cmd)).find((path) => path !== undefined) ?? null,
    }),
    has_exec: fn({
      doc: 'Return whether a program exists in the search path.',
      examples: [`salt '*' cmd.has_exec cat`],
      args: { cmd: arg.string('Name of the program.') },
      run: ({ which }, { cmd }) => which(cmd) !== undefined,
    }),
    shells: fn({
      doc: 'List the login shells of this system, from ``/etc/shells``.',
      examples: [`salt '*' cmd.shells`],
      run: (ctx) => listShells(ctx),
    }),
    ...otherFunctions,
  },
})

type RunValues = Omit<Values<typeof runArguments>, 'encoded_cmd'>

async function runForOutput(ctx: ExecContext, name: string, values: RunValues): Promise<string | Failed> {
  const command = await commandOf(ctx, name, values)
  const outcome = await runCommand(ctx, command)
  const output = values.hide_output ? '' : outcome.stdout
  if (outcome.retcode === null) return output
  if (values.raise_err && outcome.retcode !== 0 && !values.ignore_retcode) {
    throw new SaltError('COMMAND_FAILED', output, { data: { retcode: outcome.retcode } })
  }
  logReturn(ctx, command, outcome)
  return settled(values, outcome, output)
}

/** Runs a command with its two streams apart. */
async function runParts(
  ctx: ExecContext,
  name: string,
  values: Values<typeof partArguments>,
): Promise<Outcome> {
  return runCommand(ctx, await commandOf(ctx, name, { ...values, redirect_stderr: false, bg: false }))
}

async function runCode(
  ctx: ExecContext,
  name: string,
  values: Values<typeof codeArguments>,
): Promise<Outcome> {
  const { lang, code, args, ...others } = values
  const { user } = await lookUpAccount(ctx, values.runas, undefined)
  return withCodeFile(ctx, { code, owner: user }, async (file) => {
    const call = { ...others, cmd: [lang, file, ...args], redirect_stderr: false, bg: false }
    return runCommand(ctx, await commandOf(ctx, name, call))
  })
}

const backgroundDefaults = {
  bg: true,
  redirect_stderr: true,
  rstrip: true,
  ignore_retcode: true,
  stdin_raw_newlines: false,
  success_retcodes: [0],
  success_stdout: [],
  success_stderr: [],
} as const
