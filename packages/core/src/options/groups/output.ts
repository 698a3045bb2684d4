// SPDX-License-Identifier: Apache-2.0
import { row } from '../row.ts'
import { boolean, choice, either, logLevel, logLevelOrEmpty, text, textList } from '../value-types.ts'

const stateOutputs = choice(
  'full',
  'full_id',
  'terse',
  'terse_id',
  'mixed',
  'mixed_id',
  'changes',
  'changes_id',
  'filter',
  'filter_id',
)

/** What tools and daemons print and log. */
export const output = {
  Log: {
    log_level: row(logLevel, 'warning', 'Lowest level that is printed on the terminal.'),
    log_level_logfile: row(
      logLevelOrEmpty,
      '',
      'Lowest level that is written to the log file. Empty: same as `log_level`.',
    ),
    log_format: row(
      choice('text', 'json'),
      'text',
      'Format of log lines: text, or one JSON object per line. Not an option of Salt.',
    ),
  },
  Output: {
    output: row(text, '', 'Outputter for functions that do not choose one. Empty: nested.'),
    color: row(boolean, true, 'Use color on a terminal.'),
    state_output: row(stateOutputs, 'full', 'How much of each state to print.'),
    state_verbose: row(boolean, true, 'Also print states that succeeded without changes.'),
    state_output_diff: row(boolean, false, 'Print only states that changed something or failed.'),
    state_output_profile: row(boolean, true, 'Print the start time and the duration of each state.'),
    state_output_pct: row(boolean, false, 'Print the percentage of states that succeeded and failed.'),
    state_output_exclude: row(
      either(text, textList),
      [],
      'Results that `state_output: filter` omits: True, False, None.',
    ),
    state_output_terse: row(
      either(text, textList),
      [],
      'Results that `state_output: filter` prints on one line.',
    ),
    state_tabular: row(
      either(boolean, text),
      false,
      'Print the lines of `terse` in columns, or formatted with this Python format string.',
    ),
    state_compress_ids: row(boolean, false, 'Combine states with the same id and result into one.'),
  },
}

/** What `salt` prints besides returns. */
export const outputOfMaster = {
  'What salt prints': {
    show_timeout: row(boolean, true, 'List the minions that did not return.'),
    show_jid: row(boolean, false, 'Print the jid of each job.'),
    cli_summary: row(
      boolean,
      false,
      'Print a summary: how many minions were targeted, how many returned, how many did not.',
    ),
  },
}
