// SPDX-License-Identifier: Apache-2.0
import { isTruthy } from '@halite/core'
import { TemplateProblem } from '../runtime/errors.ts'
import { iterate } from '../runtime/iteration.ts'
import { filterArgumentError, type Keywords, type NativeRow } from '../runtime/native.ts'
import { Generator, Markup } from '../runtime/objects.ts'
import type { Runtime } from '../runtime/runtime.ts'
import { Undefined } from '../runtime/undefined.ts'
import { getter } from './getter.ts'

/** Jinja's filters that take an attribute or the name of another filter or test. All are lazy. */
export const higherOrderFilters: readonly NativeRow[] = [
  [
    'map',
    'value, *, **',
    (rt, [value, args, keywords]: [unknown, unknown[], Keywords]) => mapped(rt, value, [args, keywords]),
    { mayWait: true },
  ],
  [
    'select',
    'value, *, **',
    (rt, [value, args, keywords]) => chosen(rt, value, { args, keywords, keep: true, byAttribute: false }),
  ],
  [
    'reject',
    'value, *, **',
    (rt, [value, args, keywords]) => chosen(rt, value, { args, keywords, keep: false, byAttribute: false }),
  ],
  [
    'selectattr',
    'value, *, **',
    (rt, [value, args, keywords]) => chosen(rt, value, { args, keywords, keep: true, byAttribute: true }),
  ],
  [
    'rejectattr',
    'value, *, **',
    (rt, [value, args, keywords]) => chosen(rt, value, { args, keywords, keep: false, byAttribute: true }),
  ],
]

function mapped(rt: Runtime, value: unknown, [args, keywords]: readonly [unknown[], Keywords]): unknown {
  if (args.length === 0 && keywords.has('attribute')) {
    const get = getter(rt, keywords.get('attribute'), keywords.get('default'))
    const unknown = [...keywords.keys()].find((name) => name !== 'attribute' && name !== 'default')
    if (unknown !== undefined) throw filterArgumentError(`Unexpected keyword argument '${unknown}'`)
    return new Generator('sync_do_map', applied(value, get))
  }
  const [name, ...rest] = args
  const problem = name === undefined ? 'map requires a filter argument' : `No filter named '${nameOf(name)}'.`
  const filter = name === undefined ? undefined : rt.services.filters.get(nameOf(name))
  if (filter === undefined) return new Generator('sync_do_map', failing(problem))
  const given = keywords.size === 0 ? undefined : keywords
  const apply = (item: unknown) => filter.invoke(rt, [item, ...rest], given)
  if (!filter.mayWait) return new Generator('sync_do_map', applied(value, apply))
  return inOrder(value, apply)
}

/** Filters are lazy, so that a mistake in their arguments shows when the first item is asked for. */
// biome-ignore lint/correctness/useYield: it fails instead
function* failing(problem: string): IterableIterator<unknown> {
  throw filterArgumentError(problem)
}

function* applied(value: unknown, apply: (item: unknown) => unknown): IterableIterator<unknown> {
  if (isNothing(value)) return
  for (const item of iterate(value)) yield apply(item)
}

/** A filter that waits is applied to all items at once, one after the other. */
async function inOrder(value: unknown, apply: (item: unknown) => unknown): Promise<Generator> {
  const results: unknown[] = []
  if (!isNothing(value)) for (const item of iterate(value)) results.push(await apply(item))
  return new Generator('sync_do_map', results)
}

function chosen(
  rt: Runtime,
  value: unknown,
  how: { args: unknown[]; keywords: Keywords; keep: boolean; byAttribute: boolean },
): Generator {
  const [attribute] = how.args
  if (how.byAttribute && attribute === undefined)
    throw filterArgumentError('Missing parameter for attribute name')
  const get = how.byAttribute ? getter(rt, attribute) : (item: unknown) => item
  const passes = testOf(rt, how.byAttribute ? how.args.slice(1) : how.args, how.keywords)
  return new Generator(
    'select_or_reject',
    kept(value, (item) => passes(get(item)) === how.keep),
  )
}

function testOf(
  rt: Runtime,
  [name, ...rest]: readonly unknown[],
  keywords: Keywords,
): (item: unknown) => boolean {
  if (name === undefined) return isTruthy
  const test = rt.services.tests.get(nameOf(name))
  if (test === undefined) throw new TemplateProblem('syntax', `No test named '${nameOf(name)}'.`)
  return (item) => isTruthy(test.invoke(rt, [item, ...rest], keywords.size === 0 ? undefined : keywords))
}

function* kept(value: unknown, keep: (item: unknown) => boolean): IterableIterator<unknown> {
  if (isNothing(value)) return
  for (const item of iterate(value)) if (keep(item)) yield item
}

/** Jinja asks for the truth of the value first, so that None counts as no items; an undefined one fails. */
function isNothing(value: unknown): boolean {
  return !isTruthy(value)
}

function nameOf(value: unknown): string {
  if (value instanceof Undefined) return value.fail()
  return value instanceof Markup ? value.text : String(value)
}
