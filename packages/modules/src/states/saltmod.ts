// SPDX-License-Identifier: Apache-2.0
import { arg, defineState, stateFn } from '@halite/loader'
import { functionArguments, runFunctionOnMinions } from './salt/function.ts'
import { runInParallel, runOnMaster } from './salt/master-functions.ts'
import { runStates, stateArguments } from './salt/state.ts'
import { waitArguments, waitForEvent } from './salt/wait.ts'

/** `salt`: what orchestrations consist of. */
export default defineState({
  name: 'saltmod',
  virtual: 'salt',
  doc: 'What orchestrations consist of: jobs for minions, functions of the master, and events that are waited for.',
  functions: {
    state: stateFn({
      doc: 'Minions run sls files, or their highstate.',
      examples: ["salt-run state.orchestrate_single fun=salt.state name=web tgt='web*' sls=apache"],
      args: stateArguments,
      run: runStates,
    }),
    function: stateFn({
      doc: 'Minions run the function that the name says.',
      examples: ["salt-run state.orchestrate_single fun=salt.function name=test.ping tgt='*'"],
      args: functionArguments,
      run: runFunctionOnMinions,
    }),
    runner: stateFn({
      doc: 'The master runs the runner that the name says.',
      examples: ['salt-run state.orchestrate_single fun=salt.runner name=manage.up'],
      args: { kwargs: arg.keywords('The arguments of the runner.') },
      run: (ctx, args) => runOnMaster(ctx, 'runner', args),
    }),
    wheel: stateFn({
      doc: 'The master runs the wheel function that the name says.',
      examples: ['salt-run state.orchestrate_single fun=salt.wheel name=key.list_all'],
      args: { kwargs: arg.keywords('The arguments of the function.') },
      run: (ctx, args) => runOnMaster(ctx, 'wheel', args),
    }),
    parallel_runners: stateFn({
      doc: 'The master runs several runners at a time.',
      args: {
        runners: arg.any('By id the ``name`` and the ``kwarg`` of each; or the name of one.'),
        kwargs: arg.keywords('Whatever else is given counts for nothing.'),
      },
      run: (ctx, { runners }) => runInParallel(ctx, runners),
    }),
    wait_for_event: stateFn({
      doc: 'Wait until events with the tag that the name says, which may be a glob, have named each of some ids.',
      args: waitArguments,
      run: waitForEvent,
    }),
  },
})
