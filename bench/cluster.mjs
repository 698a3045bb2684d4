// SPDX-License-Identifier: Apache-2.0
import { startProcesses } from '@halite/testing'

/** The level a fresh installation writes its log files with; tests ask for more, and would pay for it here. */
const config = { log_level_logfile: 'warning' }

/** A master that accepts keys by itself and these minions, started from bin/ with default options otherwise. */
export async function startCluster({ minions, masterConfig = {}, start = true }) {
  return startProcesses({
    minions,
    start,
    masterConfig: { ...config, auto_accept: true, ...masterConfig },
    minionConfig: config,
  })
}
