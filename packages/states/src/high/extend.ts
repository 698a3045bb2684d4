// SPDX-License-Identifier: Apache-2.0
import { type DataMap, equal, isMap, isRecord, mapOf, pythonStr } from '@halite/core'
import { findStates } from './find.ts'
import {
  argumentName,
  argumentValue,
  asList,
  type Body,
  type Extension,
  type HighData,
  statesIn,
} from './high-data.ts'
import { isRequisite } from './keywords.ts'

/** Applies the extensions of high data to its ids. Gives what cannot be extended, in Salt's words. */
export function applyExtensions(high: HighData, strict = false): string[] {
  const extensions = high.extend.splice(0)
  const excluded = excludedSls(high)
  return extensions.flatMap((extension) =>
    [...extension].flatMap(([id, body]) =>
      body instanceof Map ? extendId(high, { id, body, strict, excluded }) : [],
    ),
  )
}

/** The same extension written in several files counts once. */
export function withoutRepeats(extensions: readonly Extension[]): Extension[] {
  const kept: [unknown, unknown][] = []
  for (const [id, body] of extensions.flatMap((extension) => [...extension])) {
    const isKnown = kept.some(([other, known]) => equal(other, id) && sameBody(known, body))
    if (!isKnown) kept.push([id, body])
  }
  return kept.map((entry) => new Map([entry]))
}

/** Whether two bodies say the same. */
export function sameBody(a: unknown, b: unknown): boolean {
  return equal(a instanceof Map ? mapOf(a) : a, b instanceof Map ? mapOf(b) : b)
}

interface Extending {
  readonly id: unknown
  readonly body: Body
  readonly strict: boolean
  readonly excluded: readonly unknown[]
}

function extendId(high: HighData, { id, body, strict, excluded }: Extending): string[] {
  const [first] = [...statesIn(body)]
  if (first === undefined) return []
  const target = targetOf(high, { id, state: first[0], strict })
  if (target === undefined) return [missing(id, body)]
  if (excluded.includes(body.get('__sls__'))) return []
  for (const [state, run] of statesIn(body)) {
    const args = target.get(state)
    if (Array.isArray(args)) extendArguments(args, asList(run))
    else if (args === undefined) target.set(state, run)
  }
  return []
}

function targetOf(
  high: HighData,
  { id, state, strict }: { id: unknown; state: string; strict: boolean },
): Body | undefined {
  const body = high.body(id)
  if (body?.has(state)) return body
  const found = findStates(high, { name: id, state }, strict)
  return found.length === 1 ? high.body(found[0]?.[0]) : undefined
}

/** An argument replaces the one of its name; requisites are added to it; a function replaces the function. */
function extendArguments(args: unknown[], extension: readonly unknown[]): void {
  for (const argument of extension) {
    let isDone = false
    for (const [index, present] of args.entries()) {
      if (typeof argument === 'string' && typeof present === 'string') {
        args[index] = argument
        isDone = true
      } else if (isMap(argument) && isMap(present)) {
        const name = argumentName(argument)
        if (name === argumentName(present)) {
          args[index] = isRequisite(name) ? withMore(present, argument) : argument
          isDone = true
        }
        if (name === 'name' && argumentName(present) === 'names') args[index] = argument
      }
    }
    if (!isDone) args.push(argument)
  }
}

function withMore(present: DataMap, more: DataMap): DataMap {
  const [name, value, added] = [argumentName(present), argumentValue(present), argumentValue(more)]
  if (!Array.isArray(value) || !Array.isArray(added)) return more
  return mapOf([[name, [...value, ...added]]])
}

function missing(id: unknown, body: Body): string {
  const env = pythonStr(body.get('__env__') ?? 'base')
  const sls = pythonStr(body.get('__sls__') ?? 'base')
  const name = pythonStr(id)
  return (
    `Cannot extend ID '${name}' in '${env}:${sls}'. It is not part of the high state.\n` +
    'This is likely due to a missing include statement or an incorrectly typed ID.\n' +
    `Ensure that a state with an ID of '${name}' is available\nin environment '${env}' and to SLS '${sls}'`
  )
}

function excludedSls(high: HighData): readonly unknown[] {
  return high.exclude.flatMap((exclude) => {
    if (typeof exclude === 'string') return [exclude]
    return isRecord(exclude) && exclude['sls'] ? [exclude['sls']] : []
  })
}
