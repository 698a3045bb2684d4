// SPDX-License-Identifier: Apache-2.0
import { type DataMap, entriesOf, isMap, isTruthy, mapOf, pythonStr, SaltError } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { changeSelections, readSelections } from './selections.ts'
import { isGiven } from './targets.ts'

/** What is asked of `pkg.hold` and `pkg.unhold`. */
export interface HoldRequest {
  readonly name?: string | undefined
  readonly pkgs?: unknown
  readonly sources?: unknown
  readonly isHeld: boolean
}

/** `pkg.hold` and `pkg.unhold`: name → an answer shaped as a state's. Throws ARGUMENTS_INVALID. */
export async function holdPackages(ctx: ExecContext, request: HoldRequest): Promise<DataMap> {
  const names = namesIn(request)
  const { isHeld } = request
  const selections = await readSelections(ctx)
  const known = new Set([...selections.values()].flat())
  const held = new Set(selections.get('hold') ?? [])
  const isTest = isTruthy(ctx.options['test'] ?? false)
  const due = names.filter((name) => known.has(name) && held.has(name) !== isHeld)
  const changes = due.length === 0 || isTest ? {} : await setHolds(ctx, { names: due, isHeld })
  const made = new Map(entriesOf(changes).map(([name, change]) => [pythonStr(name), change]))
  return mapOf(
    names.map((name) => {
      const facts = { isKnown: known.has(name), isDue: due.includes(name), isHeld, isTest }
      return [name, { name, changes: made.get(name) ?? {}, ...answerOf(name, facts) }]
    }),
  )
}

/** Holds packages, or releases them; what changed. */
export function setHolds(
  ctx: ExecContext,
  { names, isHeld }: { readonly names: readonly string[]; readonly isHeld: boolean },
): Promise<DataMap> {
  const selection = { [isHeld ? 'hold' : 'install']: names }
  return changeSelections(ctx, { selection, clear: false, saltenv: 'base' })
}

interface Facts {
  readonly isKnown: boolean
  readonly isDue: boolean
  readonly isHeld: boolean
  readonly isTest: boolean
}

function answerOf(
  name: string,
  { isKnown, isDue, isHeld, isTest }: Facts,
): { readonly result: boolean | null; readonly comment: string } {
  if (!isKnown) return { result: false, comment: `Package ${name} does not have a state.` }
  const words = isHeld
    ? ['is set to be held', 'is now being held', 'is already set to be held']
    : ['is set not to be held', 'is no longer being held', 'is already set not to be held']
  const [planned, done, already] = words
  if (!isDue) return { result: true, comment: `Package ${name} ${already}.` }
  return isTest
    ? { result: null, comment: `Package ${name} ${planned}.` }
    : { result: true, comment: `Package ${name} ${done}.` }
}

function namesIn({ name, pkgs, sources }: HoldRequest): string[] {
  if (!name && !isGiven(pkgs) && !isGiven(sources))
    throw new SaltError('ARGUMENTS_INVALID', 'One of name, pkgs, or sources must be specified.')
  if (isGiven(pkgs) && isGiven(sources))
    throw new SaltError('ARGUMENTS_INVALID', 'Only one of pkgs or sources can be specified.')
  if (!isGiven(pkgs) && !isGiven(sources)) return [name ?? '']
  const given = isGiven(pkgs) ? pkgs : sources
  const items: readonly unknown[] = Array.isArray(given) ? given : isMap(given) ? [given] : [given]
  return items.flatMap((item) =>
    isMap(item) ? entriesOf(item).map(([key]) => pythonStr(key)) : [pythonStr(item)],
  )
}
