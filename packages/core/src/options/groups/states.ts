// SPDX-License-Identifier: Apache-2.0
import { atRestart, row } from '../row.ts'
import { amount, boolean, choice, count, either, map, text, textList } from '../value-types.ts'

/** How state runs are compiled and run. */
export const states = {
  States: {
    test: row(boolean, false, 'Dry run: states report what they would change, and change nothing.'),
    failhard: row(boolean, false, 'Stop a run at the first state that fails.'),
    state_top: row(text, 'top.sls', 'Path of the top file in every environment.'),
    state_top_saltenv: row(text, '', 'The only environment whose top file is read. Empty: all environments.'),
    top_file_merging_strategy: row(
      choice('merge', 'same', 'merge_all'),
      'merge',
      'How the top files of several environments are merged.',
    ),
    default_top: row(
      text,
      'base',
      'With `same`: the environment whose top file is used for environments without one.',
    ),
    env_order: row(
      textList,
      [],
      'Environments whose top files are read, in this order. Empty: all environments.',
    ),
    master_tops: atRestart(
      row(
        map,
        {},
        'Modules that assign sls files to minions in addition to the top files: name to settings. Set on the master; a minion with `file_client: local` has its own.',
      ),
      'master',
    ),
    master_tops_first: row(
      boolean,
      false,
      'Put what `master_tops` assigns before what the top files assign, instead of after it. Set on the minion.',
    ),
    state_auto_order: row(boolean, true, 'Run states in the order they are defined.'),
    state_aggregate: row(
      either(boolean, textList),
      false,
      'Combine several states of a module into one operation: for all modules, or for those listed.',
    ),
    state_events: row(boolean, false, 'Send an event to the master when a state finishes.'),
  },
}

/** How a minion runs states. */
export const statesOfMinion = {
  'States of the minion': {
    startup_states: row(
      choice('', 'highstate', 'sls', 'top'),
      '',
      'States to run when the daemon starts: highstate, sls or top. Empty: none.',
    ),
    lock_saltenv: row(boolean, false, 'Do not allow a state run to choose another environment.'),
    state_queue: row(
      either(boolean, count()),
      false,
      'Let a state run wait while another one is active, instead of failing. A number: only if fewer runs than that are waiting already.',
    ),
    state_max_parallel: row(
      count(),
      0,
      'Maximum number of states with `parallel` that run at the same time. 0 for no limit.',
    ),
    disabled_requisites: row(either(text, textList), [], 'Requisites to ignore.'),
    global_state_conditions: row(
      map,
      {},
      'Maps a state, a state module or `*` to a list of compound targets: it runs only on minions that one of them matches.',
    ),
    disable_states: row(textList, [], 'State modules that are not loaded.'),
    state_blocked_max: row(
      amount('seconds'),
      60,
      'How long a state may block before it fails and the run goes on; 0 for no limit. For jobs of the daemon only.',
    ),
    site_code_blocked_max: row(
      amount('seconds'),
      30,
      'How long code of a custom module may block in a state before that state fails; 0 for no limit.',
    ),
    site_code_time_max: row(
      amount('seconds'),
      0,
      'Maximum duration of one call of a custom module in a state before that state fails; 0 for no limit.',
    ),
  },
}
