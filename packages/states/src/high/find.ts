// SPDX-License-Identifier: Apache-2.0
import { equal, isMap, sizeOf } from '@halite/core'
import { argumentName, argumentValue, asList, type HighData, statesIn } from './high-data.ts'

/** A state of high data: an id and one of its modules. */
export type StateOfId = readonly [id: unknown, state: string]

/**
 * The states that a reference means: an id, a whole sls (`state` is `sls`), or an argument's value, such as `name`. With `strict`
 * an id counts only when it has the module.
 */
export function findStates(
  high: HighData,
  { name, state }: Reference,
  strict: boolean,
): readonly StateOfId[] {
  const body = high.body(name)
  if (body !== undefined && (!strict || body.has(state))) return [[name, state]]
  if (state === 'sls') {
    return [...high.bodies()].flatMap(([id, other]) =>
      other.get('__sls__') === name ? [[id, firstOf(other.keys())] as const] : [],
    )
  }
  return [...high.bodies()].flatMap(([id, other]) =>
    asList(other.get(state))
      .filter((argument) => isMap(argument) && sizeOf(argument) === 1 && equal(argumentValue(argument), name))
      .map(() => [id, state] as const),
  )
}

/** A state as others name it. */
export interface Reference {
  readonly name: unknown
  readonly state: string
}

/** Every state of an sls. */
export function statesOfSls(high: HighData, sls: unknown): readonly StateOfId[] {
  return [...high.bodies()].flatMap(([id, body]) =>
    body.get('__sls__') === sls ? [...statesIn(body)].map(([state]) => [id, state] as const) : [],
  )
}

/** The names of the arguments that a state has. */
export function argumentNames(high: HighData, [id, state]: StateOfId): ReadonlySet<unknown> {
  const args = asList(high.body(id)?.get(state))
  return new Set(args.filter((argument) => isMap(argument) && sizeOf(argument) === 1).map(argumentName))
}

function firstOf(keys: Iterable<unknown>): string {
  for (const key of keys) return String(key)
  return ''
}
