// SPDX-License-Identifier: Apache-2.0
import { setTimeout as sleep } from 'node:timers/promises'
import { isJid, jidStartTime } from '@halite/core'
import { type ExecContext, type Failed, failed, type RunningJob } from '@halite/loader'
import { retcodes } from './retcodes.ts'

/** How often a run that waits looks whether it is its turn. */
const lookMs = 200

/** What a call says of other runs. */
export interface QueueCall {
  readonly queue?: unknown
  readonly concurrent?: boolean
}

/** Jobs of this minion that run states, in Salt's words. */
export async function runningTexts(ctx: ExecContext): Promise<readonly string[]> {
  return textsOf((await jobsOf(ctx)).filter((job) => isOtherRun(ctx, job)))
}

/**
 * One run of states at a time: waits for those that came before, where the call or the option `state_queue` asks for it. Resolves to why
 * the call may not run, in Salt's words; undefined when it may.
 */
export async function waitForTurn(ctx: ExecContext, call: QueueCall): Promise<Failed | undefined> {
  if (ctx.daemon === undefined || call.concurrent === true) return undefined
  const queue = call.queue ?? ctx.options['state_queue']
  const isWaiting = queue === true || (typeof queue === 'number' && (await priorRuns(ctx)).length < queue)
  if (!isWaiting) {
    const prior = await priorRuns(ctx)
    return prior.length === 0 ? undefined : failed(textsOf(prior), retcodes.compilerError)
  }
  while ((await priorRuns(ctx)).length > 0) await sleep(lookMs, undefined, { signal: ctx.signal })
  return undefined
}

/**
 * The runs that came to this minion before: the daemon lists its jobs in the order in which they came. Two that look at the same
 * moment never make way for each other, and jids of masters whose clocks differ say nothing of the order.
 */
async function priorRuns(ctx: ExecContext): Promise<readonly RunningJob[]> {
  const jobs = await jobsOf(ctx)
  const own = jobs.findIndex(({ jid }) => jid === ctx.job?.jid)
  return (own === -1 ? jobs : jobs.slice(0, own)).filter((job) => isOtherRun(ctx, job))
}

async function jobsOf({ daemon }: ExecContext): Promise<readonly RunningJob[]> {
  return (await daemon?.runningJobs()) ?? []
}

function isOtherRun({ job }: ExecContext, { fun, jid }: RunningJob): boolean {
  return fun.startsWith('state.') && jid !== job?.jid && !isControl(fun)
}

function textsOf(runs: readonly RunningJob[]): string[] {
  return runs.map(
    ({ fun, pid, jid }) =>
      `The function "${fun}" is running as PID ${pid} and was started at ${isJid(jid) ? jidStartTime(jid) : jid} with jid ${jid}`,
  )
}

/** Functions that look at runs or steer them are no runs themselves. */
function isControl(fun: string): boolean {
  return /^state\.(?:running|pause|resume|soft_kill|get_pauses|list_disabled|enable|disable|check_request|clear_request|clear_cache)$/.test(
    fun,
  )
}
