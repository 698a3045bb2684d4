// SPDX-License-Identifier: Apache-2.0
import { defineState, type StateReturn, stateFn } from '@halite/loader'
import { runArguments, scriptArguments, waitArguments, watchArguments } from './cmd/arguments.ts'
import { runCommand, runScript } from './cmd/run.ts'

const nothing: StateReturn = { changes: {}, result: true, comment: '' }

/** `cmd`: commands and scripts as states; what they print are their changes. */
export default defineState({
  name: 'cmd',
  doc: 'Runs commands and scripts. What they print stands in the changes, so a run that succeeds always counts as a change, unless `stateful` says otherwise.',
  checks: [],
  functions: {
    run: stateFn({
      doc: 'Run a command; fail when its exit code is not 0.',
      examples: [`salt '*' state.single cmd.run 'tar xf /tmp/x.tar' cwd=/srv creates=/srv/x`],
      args: runArguments,
      run: (ctx, args) => runCommand(ctx, args),
    }),
    wait: stateFn({
      doc: 'Run a command only when a state that it watches changed.',
      args: waitArguments,
      run: () => nothing,
    }),
    watch: stateFn({
      doc: 'The same as ``cmd.wait``.',
      args: waitArguments,
      run: () => nothing,
    }),
    script: stateFn({
      doc: 'Fetch a script and run it; fail when its exit code is not 0.',
      examples: [`salt '*' state.single cmd.script salt://scripts/setup.sh`],
      args: scriptArguments,
      run: (ctx, args) => runScript(ctx, args),
    }),
    wait_script: stateFn({
      doc: 'Run a script only when a state that it watches changed.',
      args: scriptArguments,
      run: () => nothing,
    }),
    mod_watch: stateFn({
      doc: 'Called when a state that one of these watches changed: runs its command or script.',
      args: watchArguments,
      run: (ctx, args) => {
        const { sfun } = args
        if (sfun === 'wait' || sfun === 'run' || sfun === 'watch') return runCommand(ctx, args)
        if (sfun === 'script' || sfun === 'wait_script') return runScript(ctx, args)
        const comment = `cmd.${sfun} does not work with the watch requisite, please use cmd.wait or cmd.wait_script`
        return { changes: {}, result: false, comment }
      },
    }),
  },
})
