// SPDX-License-Identifier: Apache-2.0
import { entriesOf, isMap, messageOf, pythonStr, valueAt } from '@halite/core'
import type { StateContext, StateReturn } from '@halite/loader'
import { unchanged } from './packages.ts'

/** What is asked of `pkg.held` and `pkg.unheld`. */
export interface HeldWish {
  readonly name: string
  readonly version?: string | undefined
  readonly pkgs?: unknown
}

/** Salt's answer where packages cannot be held, as on Windows. */
const noHolds =
  'No any function to get the list of held packages available.\nCheck if the package manager supports package locking.'

/** The result of `pkg.installed` with what `hold` asks for. */
export async function withHolds(
  ctx: StateContext,
  outcome: StateReturn,
  { hold, desired }: { readonly hold?: boolean | undefined; readonly desired: ReadonlyMap<string, unknown> },
): Promise<StateReturn> {
  if (hold === undefined || outcome.result === false) return outcome
  const names = [...desired.keys()].filter((name) => name !== '')
  if (ctx.state.test) return outcome
  try {
    const answers = answersIn(await ctx.call(hold ? 'pkg.hold' : 'pkg.unhold', { pkgs: names }))
    const changes = new Map(entriesOf(outcome.changes).map(([name, change]) => [pythonStr(name), change]))
    for (const { name, change } of answers) {
      const before = changes.get(name)
      if (change !== undefined) changes.set(name, isMap(before) ? joined(before, change) : change)
    }
    const comment = [outcome.comment, ...answers.map((answer) => answer.comment)].flat().join('\n')
    const result = answers.every((answer) => answer.result !== false) ? outcome.result : false
    return { ...outcome, changes, comment, result }
  } catch (error) {
    return { ...outcome, result: false, comment: [outcome.comment, messageOf(error)].flat().join('\n') }
  }
}

/** `pkg.held`: with `replace` nothing else is held. */
export async function held(
  ctx: StateContext,
  args: HeldWish & { readonly replace: boolean },
): Promise<StateReturn> {
  if (ctx.platform === 'win32') return unchanged(false, noHolds)
  if (Array.isArray(args.pkgs) && args.pkgs.length === 0 && !args.replace)
    return unchanged(true, 'No packages to be held provided')
  const names = namesOf(args)
  const before = await heldNow(ctx)
  const due = names.filter((name) => !before.includes(name))
  const others = args.replace ? before.filter((name) => !names.includes(name)) : []
  return change(ctx, { held: due, released: others })
}

/** `pkg.unheld`: with `all` nothing is held any more. */
export async function unheld(
  ctx: StateContext,
  args: HeldWish & { readonly all: boolean },
): Promise<StateReturn> {
  if (ctx.platform === 'win32') return unchanged(false, noHolds)
  if (Array.isArray(args.pkgs) && args.pkgs.length === 0 && !args.all)
    return unchanged(true, 'No packages to be unheld provided')
  const names = namesOf(args)
  const before = await heldNow(ctx)
  return change(ctx, { held: [], released: before.filter((name) => args.all || names.includes(name)) })
}

interface HoldChanges {
  readonly held: readonly string[]
  readonly released: readonly string[]
}

async function change(ctx: StateContext, { held: due, released }: HoldChanges): Promise<StateReturn> {
  if (due.length + released.length === 0) return unchanged(true, 'No changes made')
  if (ctx.state.test) {
    const lines = [
      ...due.map((name) => `The following package would be held: ${name}`),
      ...released.map((name) => `The following package would be unheld: ${name}`),
    ]
    return { changes: {}, result: null, comment: lines.join('\n') }
  }
  const holds = due.length === 0 ? {} : await ctx.call('pkg.hold', { pkgs: due })
  const releases = released.length === 0 ? {} : await ctx.call('pkg.unhold', { pkgs: released })
  const answers = [...answersIn(holds), ...answersIn(releases)]
  const lines = answers.map(({ name, result, comment }) => {
    if (!due.includes(name)) return comment
    return result === false ? `Package ${name} was not held: ${comment}` : `Package ${name} is now being held`
  })
  const changes = [holds, releases].flatMap((one) => (isMap(one) ? entriesOf(one) : []))
  return {
    changes: new Map(changes),
    result: answers.every(({ result }) => result !== false),
    comment: lines.join('\n'),
  }
}

interface Answer {
  readonly name: string
  readonly result: unknown
  readonly comment: string
  readonly change: unknown
}

function answersIn(returned: unknown): Answer[] {
  if (!isMap(returned)) return []
  return entriesOf(returned).flatMap(([name, answer]) => {
    if (!isMap(answer)) return []
    const made = valueAt(answer, 'changes')
    const hasChange = isMap(made) && entriesOf(made).length > 0
    const comment = pythonStr(valueAt(answer, 'comment') ?? '')
    return [
      {
        name: pythonStr(name),
        result: valueAt(answer, 'result'),
        comment,
        change: hasChange ? made : undefined,
      },
    ]
  })
}

async function heldNow(ctx: StateContext): Promise<string[]> {
  const found = await ctx.call('pkg.get_selections', { state: 'hold' })
  const names = isMap(found) ? valueAt(found, 'hold') : []
  return Array.isArray(names) ? names.map(pythonStr) : []
}

function namesOf({ name, pkgs }: HeldWish): string[] {
  if (!Array.isArray(pkgs)) return [name]
  return pkgs.flatMap((item) =>
    isMap(item) ? entriesOf(item).map(([key]) => pythonStr(key)) : [pythonStr(item)],
  )
}

/** Versions and holds of one package, one below the other. */
function joined(before: object, change: unknown): Record<string, string> {
  const text = (of: unknown, key: string) => pythonStr((isMap(of) ? valueAt(of, key) : undefined) ?? '')
  const both = (key: string) => [text(before, key), text(change, key)].filter((one) => one !== '').join('\n')
  return { new: both('new'), old: both('old') }
}
