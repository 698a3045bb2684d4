// SPDX-License-Identifier: Apache-2.0
import type { ExecContext } from './table.ts'

/**
 * Makes a second context for the job that runs, with the modules, grains and pillar that there are now: for whoever has just
 * brought new modules and goes on with them. The first one stays what it is. Rejects as what it asks for does.
 */
export type Renew = () => Promise<ExecContext>
