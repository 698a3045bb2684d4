// SPDX-License-Identifier: Apache-2.0
import { type DataMap, mapOf } from '@halite/core'
import { type ExecContext, Failed, failed } from '@halite/loader'
import {
  type Change,
  changesBetween,
  type Inventory,
  type Look,
  packagesOf,
  type Repository,
} from '@halite/winrepo'
import { lookAtMachine } from './installed.ts'
import { expireInstallers } from './installer-cache.ts'
import { type Choice, objectOf, type Prepared, prepare, type Request } from './preparation.ts'
import type { RunOutcome } from './run-installer.ts'
import { type Settled, settled } from './settle.ts'

/** A step that ran. */
export interface Ran extends Prepared {
  readonly outcome: RunOutcome
}

/** How a kind of transaction is done. */
export interface Doing extends Choice {
  /** `install status` or `uninstall status`. */
  readonly status: string
  readonly run: (prepared: Prepared) => Promise<RunOutcome>
  /** Whether a step has had its effect on what is installed. */
  readonly isSeen: (ran: Ran, installed: Inventory) => boolean
  /** What to say of one that succeeded and had not. */
  readonly comment: (ran: Ran, looks: Looks) => Promise<string | undefined>
}

/** What was installed before and after. */
export interface Looks {
  readonly before: Look
  readonly after: Look
  readonly waitedSeconds: number
}

/**
 * Does for packages what is asked: decides, fetches and verifies everything, then runs what has to run, and returns the difference
 * that it made. A package that could not be served makes the return a failed one.
 */
export async function transact(ctx: ExecContext, request: Request, doing: Doing): Promise<unknown> {
  const prepared = await prepare(ctx, request, doing)
  if (prepared instanceof Failed) return prepared
  const { repository, before, answers, steps, saltenv } = prepared
  const ran = await runAll(steps, doing)
  const looks = await lookAgain(ctx, { ran, doing, repository, before })
  await expireInstallers(ctx, saltenv, repository)
  return report({ answers, ran, doing, looks, repository })
}

async function runAll(prepared: readonly Prepared[], { run }: Doing): Promise<Ran[]> {
  const ran: Ran[] = []
  for (const one of prepared) ran.push({ ...one, outcome: await run(one) })
  return ran
}

interface Running {
  readonly ran: readonly Ran[]
  readonly doing: Doing
  readonly repository: Repository
  readonly before: Look
}

async function lookAgain(ctx: ExecContext, { ran, doing, repository, before }: Running): Promise<Looks> {
  if (ran.length === 0) return { before, after: before, waitedSeconds: 0 }
  const awaited = ran.filter(({ outcome }) => outcome.succeeded && outcome.text !== 'task started')
  const isDone = (now: Look) => {
    const installed = packagesOf(now, repository)
    return awaited.every((one) => doing.isSeen(one, installed))
  }
  const watch = { look: () => lookAtMachine(ctx, repository), isDone, before, signal: ctx.signal }
  const { after, waitedSeconds }: Settled = await settled(watch)
  ctx.log.debug(`what is installed was watched for ${waitedSeconds} s`)
  return { before, after, waitedSeconds }
}

interface Result {
  readonly answers: ReadonlyMap<string, unknown>
  readonly ran: readonly Ran[]
  readonly doing: Doing
  readonly looks: Looks
  readonly repository: Repository
}

/** As Salt returns it: what became of each package, and in its place what changed, beside what could not be done. */
async function report({ answers, ran, doing, looks, repository }: Result): Promise<DataMap | Failed> {
  const shown = new Map(answers)
  for (const { name, outcome } of ran) {
    const reason = outcome.succeeded ? undefined : outcome.reason
    const code = outcome.succeeded ? undefined : outcome.exitCode
    shown.set(name, {
      ...objectOf(answers.get(name)),
      [doing.status]: outcome.text,
      ...(code === undefined ? {} : { 'exit code': code }),
      ...(reason === undefined ? {} : { comment: reason }),
    })
  }
  const [old, now] = [packagesOf(looks.before, repository), packagesOf(looks.after, repository)]
  const changes: ReadonlyMap<string, Change> = changesBetween(old, now)
  for (const [name, change] of changes) shown.set(name, { ...objectOf(answers.get(name)), ...change })
  for (const one of ran) {
    const comment = doing.isSeen(one, now) ? undefined : await doing.comment(one, looks)
    if (comment !== undefined) shown.set(one.name, { ...(shown.get(one.name) as object), comment })
  }
  const isServed = [...answers.values()].every(isHarmless) && ran.every(({ outcome }) => outcome.succeeded)
  return isServed ? mapOf(shown) : failed(mapOf(shown), 1)
}

/** That something is not installed is what a removal wants. */
function isHarmless(answer: unknown): boolean {
  const current = typeof answer === 'object' && answer !== null && 'current' in answer ? answer.current : ''
  return / ?not installed$/.test(String(current))
}
