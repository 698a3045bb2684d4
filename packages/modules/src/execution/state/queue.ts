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
  return (await stateJobs(ctx)).map(
    ({ fun, pid, jid }) =>
      `The function "${fun}" is running as PID ${pid} and was started at ${isJid(jid) ? jidStartTime(jid) : jid} with jid ${jid}`,
  )
}

/**
 * One run of states at a time: waits for those that came before, where the call or the option `state_queue` asks for it. Resolves to why
 * the call may not run, in Salt's words; undefined when it may.
 */
export async function waitForTurn(ctx: ExecContext, call: QueueCall): Promise<Failed | undefined> {
  if (ctx.daemon === undefined || call.concurrent === true) return undefined
  const queue = call.queue ?? ctx.options['state_queue']
  const isWaiting = queue === true || (typeof queue === 'number' && (await priorJobs(ctx)).length < queue)
  if (!isWaiting) {
    const running = await runningTexts(ctx)
    return running.length === 0 ? undefined : failed([...running], retcodes.compilerError)
  }
  while ((await priorJobs(ctx)).length > 0) await sleep(lookMs, undefined, { signal: ctx.signal })
  return undefined
}

/** Jids rise with time: the jobs of states with a lower one came before. */
async function priorJobs(ctx: ExecContext): Promise<readonly RunningJob[]> {
  const own = ctx.job?.jid ?? ''
  return (await stateJobs(ctx)).filter(({ jid }) => jid < own)
}

async function stateJobs({ daemon, job }: ExecContext): Promise<readonly RunningJob[]> {
  const running = (await daemon?.runningJobs()) ?? []
  return running.filter(({ fun, jid }) => fun.startsWith('state.') && jid !== job?.jid && !isControl(fun))
}

/** Functions that look at runs or steer them are no runs themselves. */
function isControl(fun: string): boolean {
  return /^state\.(?:running|pause|resume|soft_kill|get_pauses|list_disabled|enable|disable|check_request|clear_request|clear_cache)$/.test(
    fun,
  )
}
