// SPDX-License-Identifier: Apache-2.0
import { setTimeout as sleep } from 'node:timers/promises'
import { type ExecContext, type Failed, failed } from '@halite/loader'
import { hasPendingReboot } from './pending.ts'

/** How a machine is to stop; the names are Salt's. */
export interface ShutDown {
  readonly message?: string | undefined
  /** Minutes, or seconds with `in_seconds`. */
  readonly timeout: number
  readonly force_close?: boolean
  readonly reboot?: boolean
  readonly in_seconds?: boolean
  readonly only_on_pending_reboot?: boolean
}

const leaveSeconds = 30

/** `system.shutdown`. Fails with False when Windows refuses; the log then says why. */
export async function shutDown(ctx: ExecContext, how: ShutDown): Promise<boolean | Failed> {
  if (how.only_on_pending_reboot && !(await hasPendingReboot(ctx))) return false
  return ordered(ctx, shutDownWords(how))
}

/** `system.reboot`. */
export async function restart(
  ctx: ExecContext,
  { wait_for_reboot: waits, ...how }: ShutDown & { readonly wait_for_reboot: boolean },
): Promise<boolean | Failed> {
  const answer = await shutDown(ctx, { ...how, reboot: true })
  if (waits) await sleep((secondsOf(how) + leaveSeconds) * 1000, undefined, { signal: ctx.signal })
  return answer
}

/** `system.shutdown_abort`. */
export function abortShutdown(ctx: ExecContext): Promise<boolean | Failed> {
  return ordered(ctx, ['shutdown', '/a'])
}

/** `system.lock`. */
export function lockScreen(ctx: ExecContext): Promise<boolean | Failed> {
  return ordered(ctx, ['rundll32.exe', 'user32.dll,LockWorkStation'])
}

/** The words for `shutdown.exe`. */
export function shutDownWords(how: ShutDown): string[] {
  const { message, force_close: force = true, reboot = false } = how
  return [
    ...['shutdown', reboot ? '/r' : '/s', '/t', String(secondsOf(how))],
    ...(force ? ['/f'] : []),
    ...(message ? ['/c', message] : []),
  ]
}

function secondsOf({ timeout, in_seconds: inSeconds = false }: ShutDown): number {
  return Math.round(inSeconds ? timeout : timeout * 60)
}

async function ordered({ run, log }: ExecContext, words: readonly string[]): Promise<true | Failed> {
  const { retcode, stdout, stderr } = await run.text(words)
  if (retcode === 0) return true
  log.error(`${words.join(' ')} ended with ${retcode}: ${`${stdout}${stderr}`.trim()}`)
  return failed(false, 1)
}
