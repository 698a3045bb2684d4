// SPDX-License-Identifier: Apache-2.0
import { atRestart, row } from '../row.ts'
import { amount, boolean, count, either, integer, map, text } from '../value-types.ts'

/** How jobs are published and how long they are kept. */
export const jobs = {
  Jobs: {
    timeout: row(
      amount('seconds'),
      5,
      'How long `salt` waits before it asks which minions are still running a job.',
    ),
    gather_job_timeout: row(amount('seconds'), 10, 'How long to wait for the answer to that question.'),
    batch_safe_limit: row(
      count('minions'),
      0,
      'Number of targeted minions from which `salt` runs the job in batches; 0 for never.',
    ),
    batch_safe_size: row(
      either(count('minions'), text),
      8,
      'Size of these batches: a number, or a percentage such as `10%`.',
    ),
    nodegroups: row(map, {}, 'Named targets: each a compound expression, as text or as a list of its parts.'),
    loop_interval: row(amount('seconds'), 60, 'Interval of maintenance.'),
  },
  'Job store': {
    job_cache: row(
      boolean,
      true,
      'Store jobs and their returns. Otherwise returns are forwarded to waiting clients and are not available afterwards.',
    ),
    keep_jobs_seconds: row(
      count('seconds'),
      86400,
      'Age at which a job is removed from the store; 0 for never.',
    ),
    keep_jobs_bytes: row(
      count('bytes'),
      4294967296,
      'Maximum size of the job store. Beyond that, returns of minions that use far more space than others are removed first, then the oldest jobs; 0 for no limit. Not an option of Salt.',
    ),
    keep_jobs_free_bytes: row(
      count('bytes'),
      67108864,
      'Free disk space of `cachedir` below which calls made on minions are not stored. Not an option of Salt.',
    ),
    keep_call_bytes: row(
      count('bytes'),
      67108864,
      'Bytes of calls made on a minion itself (`salt-call`) that are stored per minion and hour; more are refused. 0 for no limit. Not an option of Salt.',
    ),
  },
}

/** How a minion runs jobs and returns their results. */
export const jobsOfMinion = {
  'Jobs of the minion': {
    multiprocessing: row(boolean, true, 'Run each job in its own process.'),
    process_count_max: atRestart(
      row(integer, -1, 'Maximum number of concurrent jobs; further jobs wait. -1 for no limit.'),
    ),
    job_memory_max: row(
      integer,
      -1,
      'Memory limit in MiB for the process of a job, which is ended when it exceeds that; -1 for half of the memory of the machine, 0 for no limit.',
    ),
    minion_jid_queue_hwm: row(
      count(),
      100,
      'Number of jids to remember, so that no job runs twice; at least 1,000.',
    ),
    cmd_safe: row(
      boolean,
      true,
      'If False, `cmd` functions that modules call use a shell unless the call says otherwise.',
    ),
    return_retry_timer: row(
      amount('seconds'),
      5,
      'Shortest delay before a return that was not acknowledged is re-sent.',
    ),
    return_retry_timer_max: row(
      amount('seconds'),
      10,
      'Longest such delay; the delay is random between the two.',
    ),
    return_retry_tries: row(
      count(),
      3,
      'Attempts in a row; after that the return stays on disk and is sent with the next session.',
    ),
    loop_interval: row(amount('seconds'), 1, 'Interval of maintenance.'),
  },
}
