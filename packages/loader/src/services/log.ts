// SPDX-License-Identifier: Apache-2.0
import type { Logger } from '@halite/core'
import { type Fact, fact } from './service.ts'

/** The service `log`: what is handed in, tagged with the job. */
export const logService: Fact<Logger> = fact((log, { ctx: { job } }) =>
  job === undefined ? log : log.child({ jid: job.jid, fun: job.fun }),
)
