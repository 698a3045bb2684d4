// SPDX-License-Identifier: Apache-2.0
import {
  compareText,
  entriesOf,
  equal,
  isFloat,
  isInteger,
  isMap,
  keysOf,
  pythonStr,
  valueAt,
} from '@halite/core'
import { asList, type Body, type HighData, statesIn } from './high-data.ts'

/** A state that runs, in the form that Salt calls low: one module, one function, one name, and the arguments. */
export type Low = Record<string, unknown>

/** High data as the states that run, in their order. */
export function compileChunks(high: HighData, orchestrationJid?: string): Low[] {
  const chunks: Low[] = []
  for (const [id, body] of high.bodies()) {
    if (typeof id === 'string' && id.startsWith('__')) continue
    for (const [state, args] of statesIn(body))
      chunks.push(...chunksOf({ id, body, orchestrationJid }, state, args))
  }
  return ordered(chunks)
}

interface Declared {
  readonly id: unknown
  readonly body: Body
  readonly orchestrationJid: string | undefined
}

function chunksOf({ id, body, orchestrationJid }: Declared, state: string, args: unknown): Low[] {
  const low = newLow([
    ['state', state],
    ['name', id],
  ])
  if (orchestrationJid !== undefined) low['__orchestration_jid__'] = orchestrationJid
  for (const key of ['__sls__', '__env__', '__sls_included_from__'])
    if (body.has(key)) low[key] = body.get(key)
  low['__id__'] = id
  const functions = new Set<string>()
  const names: unknown[] = []
  for (const argument of asList(args)) {
    if (typeof argument === 'string') functions.add(argument)
    else if (isMap(argument)) {
      for (const [key, value] of entriesOf(argument)) {
        if (key === 'names') addNames(names, value)
        else if (key === 'name' && typeof value !== 'string') low['name'] = id
        else if (key !== 'state') low[textOf(key)] = value
      }
    }
  }
  const named = names.length === 0 ? [low] : names.map((entry, index) => withName(low, entry, index + 1))
  return named.flatMap((each) => [...functions].map((fun) => withFunction(each, fun)))
}

function withFunction(low: Low, fun: string): Low {
  const copy = newLow(Object.entries(low))
  copy['fun'] = fun
  return copy
}

function addNames(names: unknown[], value: unknown): void {
  const written = typeof value === 'string' ? [...value] : isMap(value) ? keysOf(value) : asList(value)
  for (const name of written) if (!names.some((known) => equal(known, name))) names.push(name)
}

/** One of `names`: a name, or a map of a name to arguments of its own. */
function withName(low: Low, entry: unknown, place: number): Low {
  const copy = newLow(Object.entries(low))
  if (isMap(entry)) {
    const name = keysOf(entry)[0]
    copy['name'] = name
    for (const argument of asList(valueAt(entry, name))) {
      if (isMap(argument)) for (const [key, value] of entriesOf(argument)) copy[textOf(key)] = value
    }
  } else copy['name'] = entry
  copy['name_order'] = place
  return copy
}

/** Numbers every chunk and sorts: `first`, numbers, `last`, and numbers below 0 from the end. */
function ordered(chunks: Low[]): Low[] {
  const cap = capOf(chunks)
  for (const chunk of chunks) {
    if (!('order' in chunk)) {
      chunk['order'] = cap
      continue
    }
    let order = placeOf(chunk['order'], cap)
    if ('name_order' in chunk) {
      order += Number(chunk['name_order']) / 10_000
      delete chunk['name_order']
    }
    if (order < 0) order = cap + 1_000_000 + order
    if (order !== Number(chunk['order'])) chunk['order'] = order
  }
  const keyed = chunks.map((chunk) => ({
    chunk,
    order: Number(chunk['order']),
    text: `${pythonStr(chunk['state'])}${pythonStr(chunk['name'])}${pythonStr(chunk['fun'])}`,
  }))
  keyed.sort((a, b) => a.order - b.order || compareText(a.text, b.text))
  return keyed.map(({ chunk }) => chunk)
}

/** Where states without a number begin: above all that have one. */
function capOf(chunks: readonly Low[]): number {
  let cap = 1
  for (const { order } of chunks) {
    if (!isInteger(order) && typeof order !== 'boolean') continue
    const place = Number(order)
    if (place > cap - 1 && place > 0) cap = place + 100
  }
  return cap
}

function placeOf(order: unknown, cap: number): number {
  if (isInteger(order) || isFloat(order) || typeof order === 'boolean') return Number(order)
  if (order === 'last') return cap + 1_000_000
  return order === 'first' ? 0 : cap
}

/** Arguments are named by text alone; the prototype is none, so that no name means something else. */
function newLow(entries: Iterable<readonly [string, unknown]>): Low {
  const low: Low = Object.create(null)
  for (const [key, value] of entries) low[key] = value
  return low
}

function textOf(key: unknown): string {
  return typeof key === 'string' ? key : pythonStr(key)
}
