// SPDX-License-Identifier: Apache-2.0
import { type Made, made } from './service.ts'

const timeoutMs = 5000

/**
 * Reports how far a job has come: fires `minion/<id>/progress/<jid>` with this data on the masters. Nothing happens where
 * there is no master. Resolves to whether all of them received it.
 */
export type ReportProgress = (data: unknown) => Promise<boolean>

/** The service `progress`. */
export const progressService: Made<ReportProgress> = made<ReportProgress>(({ ctx }) => async (data) => {
  if (ctx.masters === undefined || ctx.job === undefined) return false
  return ctx.masters.fireEvent(`progress/${ctx.job.jid}`, data, timeoutMs)
})
