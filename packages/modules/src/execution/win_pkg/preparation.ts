// SPDX-License-Identifier: Apache-2.0
import { isTruthy } from '@halite/core'
import { type ExecContext, type Failed, failed } from '@halite/loader'
import {
  type Inventory,
  type Look,
  type Plan,
  packageOf,
  packagesOf,
  type Repository,
  type Step,
  type Wish,
} from '@halite/winrepo'
import { lookAtMachine } from './installed.ts'
import { type Fetched, type FetchOptions, fetchInstaller } from './installer-file.ts'
import { saltenvOf } from './place.ts'
import { refreshIfDue, repositoryOf } from './repository.ts'
import { type Named, wishesOf } from './wishes.ts'

/** What is asked of `pkg.install` or `pkg.remove`. */
export interface Request extends Named {
  readonly refresh: boolean
  readonly kwargs: Readonly<Record<string, unknown>>
}

/** A step with the file that it runs. */
export interface Prepared {
  /** As the repository names it. */
  readonly name: string
  readonly step: Step
  readonly path: string
}

/** How steps are chosen, and what they need. */
export interface Choice {
  readonly plan: (wish: Wish, known: { repository: Repository; installed: Inventory }) => Plan
  /** Whether a copy of an earlier time does. */
  readonly mayBeOld: boolean
}

/** Everything that has to be there before the first step runs. */
export interface Preparation {
  readonly saltenv: string
  readonly repository: Repository
  readonly before: Look
  readonly steps: readonly Prepared[]
  /** What is returned of packages beside their steps: what could not be done, or need not be. */
  readonly answers: ReadonlyMap<string, unknown>
}

/** Decides what is to be done, fetches and verifies it. A failed return where that cannot be. */
export async function prepare(
  ctx: ExecContext,
  request: Request,
  { plan, mayBeOld }: Choice,
): Promise<Preparation | Failed> {
  if (!request.name && !isTruthy(request.pkgs ?? null))
    return failed('Must pass a single package or a list of packages', 1)
  const saltenv = saltenvOf(ctx, request.kwargs['saltenv'])
  await refreshIfDue(ctx, saltenv, request.refresh)
  const repository = await repositoryOf(ctx, saltenv)
  const before = await lookAtMachine(ctx, repository)
  const answers = new Map<string, unknown>()
  const plans = plansFor(wishesOf(repository, request), { plan, repository, before, answers })
  const verifySsl = isTruthy(request.kwargs['verify_ssl'] ?? true)
  const steps = await fetchAll(ctx, plans, { answers, saltenv, verifySsl, mayBeOld })
  return typeof steps === 'string' ? failed(steps, 1) : { saltenv, repository, before, steps, answers }
}

type Planned = Omit<Prepared, 'path'>

interface Planning {
  readonly plan: Choice['plan']
  readonly repository: Repository
  readonly before: Look
  readonly answers: Map<string, unknown>
}

/** The steps; what they leave out is answered. */
function plansFor(wishes: readonly Wish[], { plan, repository, before, answers }: Planning): Planned[] {
  const installed = packagesOf(before, repository)
  return wishes.flatMap((wish) => {
    const planned = plan(wish, { repository, installed })
    const name = packageOf(repository, wish.name)?.name ?? wish.name
    if (planned.answer !== undefined) answers.set(name, planned.answer)
    return planned.steps.map((step) => ({ name, step }))
  })
}

/** A text in place of all when something could not be fetched. */
async function fetchAll(
  ctx: ExecContext,
  plans: readonly Planned[],
  { answers, ...options }: FetchOptions & { readonly answers: Map<string, unknown> },
): Promise<Prepared[] | string> {
  const prepared: Prepared[] = []
  for (const planned of plans) {
    const fetched: Fetched = await fetchInstaller(ctx, planned.step, options)
    if ('text' in fetched) return fetched.text
    if ('answer' in fetched)
      answers.set(planned.name, { ...objectOf(answers.get(planned.name)), ...fetched.answer })
    else prepared.push({ ...planned, path: fetched.path })
  }
  return prepared
}

/** What an answer says by name; a mere text says nothing beside what was done. */
export function objectOf(answer: unknown): object {
  return typeof answer === 'object' && answer !== null ? answer : {}
}
