// SPDX-License-Identifier: Apache-2.0
import { atRestart, row } from '../row.ts'
import { amount, boolean, count, map } from '../value-types.ts'

/** What the master knows of its minions. */
export const minionData = {
  'Data of minions': {
    minion_data_cache: row(
      boolean,
      true,
      'Keep grains of minions on disk, so that targets can be resolved before the minions reconnect.',
    ),
    grains_max_bytes: row(
      count('bytes'),
      1048576,
      'Grains of a minion that are larger than this are not stored: grain targets are then evaluated by that minion alone. Not an option of Salt.',
    ),
    grains_max_values: row(
      count('values'),
      10000,
      'The same limit for the number of values, including those inside lists and maps. Not an option of Salt.',
    ),
    presence_events: row(boolean, false, 'Fire events when minions connect or disconnect.'),
    enforce_mine_cache: atRestart(
      row(boolean, false, 'Keep the mine on disk even if `minion_data_cache` is off.'),
    ),
    mine_get: atRestart(
      row(
        map,
        {},
        'Who may read what from the mine: regular expressions of minion ids, each with a list of regular expressions of mine names. Empty: every minion may read all that the owner allows.',
      ),
    ),
    mine_max_bytes: atRestart(
      row(
        count('bytes'),
        4194304,
        'Maximum size of the mine data of one minion; more is refused. Not an option of Salt.',
      ),
    ),
  },
}

/** What a minion knows of itself and shares. */
export const dataOfMinion = {
  Grains: {
    grains: row(map, {}, 'Static grains of this minion.'),
    grains_cache: row(boolean, false, 'Cache grains on disk and read them from there.'),
    grains_cache_expiration: row(count('seconds'), 300, 'Age at which cached grains are collected again.'),
    grains_refresh_every: row(count('minutes'), 0, 'Interval between refreshes of grains; 0 for never.'),
  },
  Mine: {
    mine_enabled: row(boolean, true, 'Update the mine periodically.'),
    mine_functions: row(
      map,
      {},
      'Functions whose results are stored in the mine: function names with their arguments, or aliases with `mine_function` among the arguments; `allow_tgt` and `allow_tgt_type` restrict who may read the result. The pillar may define more.',
    ),
    mine_interval: row(amount('minutes'), 60, 'Interval between updates of the mine.'),
    mine_return_job: row(boolean, false, 'Store these updates in the job store of the master.'),
  },
}
