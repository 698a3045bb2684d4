// SPDX-License-Identifier: Apache-2.0
import { type DataMap, isTruthy, mapOf } from '@halite/core'
import { type ExecContext, type Failed, failed } from '@halite/loader'
import {
  type Change,
  changesBetween,
  type Inventory,
  type Plan,
  packagesOf,
  type Repository,
  type Step,
  type Wish,
} from '@halite/winrepo'
import { installedSoftware } from './installed.ts'
import { type Fetched, type FetchOptions, fetchInstaller } from './installer-file.ts'
import { saltenvOf } from './place.ts'
import { refreshIfDue, repositoryOf } from './repository.ts'
import type { RunOutcome } from './run-installer.ts'
import { type Settled, settled } from './settle.ts'
import { type Named, wishesOf } from './wishes.ts'

/** What is asked of `pkg.install` or `pkg.remove`. */
export interface Request extends Named {
  readonly refresh: boolean
  readonly kwargs: Readonly<Record<string, unknown>>
}

/** A step with the file that it runs. */
export interface Prepared {
  /** As it was asked for. */
  readonly wish: Wish
  /** As the repository names it. */
  readonly name: string
  readonly step: Step
  readonly path: string
}

/** A step that ran. */
export interface Ran extends Prepared {
  readonly outcome: RunOutcome
}

/** How a kind of transaction is done. */
export interface Doing {
  /** `install status` or `uninstall status`. */
  readonly status: string
  readonly plan: (wish: Wish, known: { repository: Repository; installed: Inventory }) => Plan
  readonly mayBeOld: boolean
  readonly run: (prepared: Prepared) => Promise<RunOutcome>
  /** Whether a step has had its effect on what is installed. */
  readonly isSeen: (ran: Ran, installed: Inventory) => boolean
  /** What to say of one that succeeded and had not. */
  readonly comment: (ran: Ran, looks: Looks) => string | undefined
}

/** Installed software before and after, by its names in Add/Remove Programs. */
export interface Looks {
  readonly before: Inventory
  readonly after: Inventory
  readonly waitedSeconds: number
}

/**
 * Does for packages what is asked: decides, fetches and verifies everything, then runs what has to run, and returns the difference
 * that it made. A package that could not be served makes the return a failed one.
 */
export async function transact(ctx: ExecContext, request: Request, doing: Doing): Promise<unknown> {
  if (!request.name && !isTruthy(request.pkgs ?? null))
    return failed('Must pass a single package or a list of packages', 1)
  const saltenv = saltenvOf(ctx, request.kwargs['saltenv'])
  await refreshIfDue(ctx, saltenv, request.refresh)
  const repository = await repositoryOf(ctx, saltenv)
  const before = await installedSoftware(ctx)
  const answers = new Map<string, unknown>()
  const plans = plansFor(wishesOf(repository, request), { doing, repository, before, answers })
  const verifySsl = isTruthy(request.kwargs['verify_ssl'] ?? true)
  const prepared = await prepare(ctx, plans, { answers, saltenv, verifySsl, mayBeOld: doing.mayBeOld })
  if (typeof prepared === 'string') return failed(prepared, 1)
  const ran = await runAll(prepared, doing)
  const looks = await lookAgain(ctx, { ran, doing, repository, before })
  return report({ answers, ran, doing, looks, repository })
}

type Planned = Omit<Prepared, 'path'>

interface Planning {
  readonly doing: Doing
  readonly repository: Repository
  readonly before: Inventory
  readonly answers: Map<string, unknown>
}

/** The steps; packages that need none are answered. */
function plansFor(wishes: readonly Wish[], { doing, repository, before, answers }: Planning): Planned[] {
  const installed = packagesOf(before, repository)
  return wishes.flatMap((wish) => {
    const plan = doing.plan(wish, { repository, installed })
    const name = repository.names.get(wish.name) ?? wish.name
    if ('steps' in plan) return plan.steps.map((step) => ({ wish, name, step }))
    if (plan.answer !== undefined) answers.set(wish.name, plan.answer)
    return []
  })
}

/** A text in place of all when something could not be fetched. */
async function prepare(
  ctx: ExecContext,
  plans: readonly Planned[],
  { answers, ...options }: FetchOptions & { readonly answers: Map<string, unknown> },
): Promise<Prepared[] | string> {
  const prepared: Prepared[] = []
  for (const planned of plans) {
    const fetched: Fetched = await fetchInstaller(ctx, planned.step, options)
    if ('text' in fetched) return fetched.text
    if ('answer' in fetched) answers.set(planned.wish.name, fetched.answer)
    else prepared.push({ ...planned, path: fetched.path })
  }
  return prepared
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
  readonly before: Inventory
}

async function lookAgain(ctx: ExecContext, { ran, doing, repository, before }: Running): Promise<Looks> {
  if (ran.length === 0) return { before, after: before, waitedSeconds: 0 }
  const awaited = ran.filter(({ outcome }) => outcome.succeeded && outcome.text !== 'task started')
  const isDone = (now: Inventory) => {
    const installed = packagesOf(now, repository)
    return awaited.every((one) => doing.isSeen(one, installed))
  }
  const watch = { look: () => installedSoftware(ctx), isDone, before, signal: ctx.signal }
  const { after, waitedSeconds }: Settled = await settled(watch)
  return { before, after, waitedSeconds }
}

interface Result {
  readonly answers: ReadonlyMap<string, unknown>
  readonly ran: readonly Ran[]
  readonly doing: Doing
  readonly looks: Looks
  readonly repository: Repository
}

/** As Salt returns it: what became of each package, and in its place what changed. */
function report({ answers, ran, doing, looks, repository }: Result): DataMap | Failed {
  const shown = new Map(answers)
  for (const { name, outcome } of ran) {
    const reason = outcome.succeeded ? undefined : outcome.reason
    const code = outcome.succeeded ? undefined : outcome.exitCode
    shown.set(name, {
      [doing.status]: outcome.text,
      ...(code === undefined ? {} : { 'exit code': code }),
      ...(reason === undefined ? {} : { comment: reason }),
    })
  }
  const [old, now] = [packagesOf(looks.before, repository), packagesOf(looks.after, repository)]
  const changes: ReadonlyMap<string, Change> = changesBetween(old, now)
  for (const [name, change] of changes) shown.set(name, { ...change })
  for (const one of ran) {
    const comment = doing.isSeen(one, now) ? undefined : doing.comment(one, looks)
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
