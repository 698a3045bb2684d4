// SPDX-License-Identifier: Apache-2.0
import { entriesOf, isMap, mapOf, pythonStr, sizeOf, valueAt } from '@halite/core'
import { applyExtensions } from './extend.ts'
import { argumentNames, findStates, type StateOfId, statesOfSls } from './find.ts'
import { argumentName, argumentValue, asList, type Body, type HighData, statesIn } from './high-data.ts'

const turned: ReadonlySet<unknown> = new Set([
  'require_in',
  'watch_in',
  'onfail_in',
  'onchanges_in',
  'use',
  'use_in',
  'prereq',
  'prereq_in',
])
const neverUsed = [...turned, 'require', 'watch', 'onfail', 'onfail_stop', 'onchanges', 'name', 'names']

/**
 * Turns requisites round: what is written with `_in` becomes a requisite of the state that it names, `use` copies arguments, and
 * a state that others name in `prereq` learns of them. Gives what is wrong with them, in Salt's words.
 */
export function turnRequisites(high: HighData, disabled: readonly unknown[] = []): string[] {
  const turning = new Turning(high)
  for (const [id, body] of high.bodies()) {
    for (const [state, args] of statesIn(body)) {
      for (const argument of asList(args)) {
        const name = argumentName(argument)
        if (!turned.has(name) || disabled.includes(name)) continue
        turning.add({ id, state, body, key: String(name) }, argumentValue(argument))
      }
    }
  }
  for (const [id, body] of turning.extend) high.extend.push(new Map([[id, body]]))
  return [...turning.errors, ...applyExtensions(high, true)]
}

/** The state that a requisite is written at. */
interface Origin {
  readonly id: unknown
  readonly state: string
  readonly body: Body
  readonly key: string
}

class Turning {
  readonly extend = new Map<unknown, Body>()
  readonly errors: string[] = []
  readonly #high: HighData

  constructor(high: HighData) {
    this.#high = high
  }

  add(origin: Origin, items: unknown): void {
    if (isMap(items)) {
      for (const [state, name] of entriesOf(items)) {
        this.#require(origin, [name, this.#withoutDot(origin, pythonStr(state), name)])
      }
      return
    }
    // As in Salt every item of a list is taken with those before it, which shows in the low data.
    let hinges: StateOfId[] = []
    for (const item of asList(items)) {
      const reference = isMap(item) ? item : this.#referenceTo(item)
      if (reference === undefined || sizeOf(reference) < 1) continue
      const state = pythonStr(argumentName(reference))
      const name = argumentValue(reference)
      if (state === 'sls') hinges = [...statesOfSls(this.#high, name)]
      else hinges.push([name, state])
      this.#withoutDot(origin, state, name)
      for (const hinge of hinges) this.#turn(origin, hinge)
    }
  }

  #turn(origin: Origin, [name, state]: StateOfId): void {
    const { id, key, state: own } = origin
    if (key === 'use_in') {
      for (const user of findStates(this.#high, { name, state }, true)) this.#use(user, [id, own])
    } else if (key === 'use') {
      for (const used of findStates(this.#high, { name, state }, true)) this.#use([id, own], used)
    } else if (key === 'prereq') {
      for (const found of findStates(this.#high, { name, state }, true)) {
        this.#argumentsOf(found).push(mapOf([['prerequired', [mapOf([[own, id]])]]]))
      }
    } else {
      if (key === 'prereq_in') {
        this.#argumentsOf([id, own]).push(mapOf([['prerequired', [mapOf([[state, name]])]]]))
      }
      this.#require(origin, [name, state])
    }
  }

  /** Adds the origin to a requisite of the state that it names. */
  #require({ id, state, body, key }: Origin, target: StateOfId): void {
    const requisite = key.split('_', 1)[0]
    const args = this.#argumentsOf(target)
    const extended = this.extend.get(target[0])
    extended?.set('__env__', body.get('__env__'))
    extended?.set('__sls__', body.get('__sls__'))
    const own = mapOf([[state, id]])
    let isDone = false
    for (const [index, argument] of args.entries()) {
      if (argumentName(argument) !== requisite) continue
      args[index] = mapOf([[requisite, [...asList(argumentValue(argument)), own]]])
      isDone = true
    }
    if (!isDone) args.push(mapOf([[requisite, [own]]]))
  }

  /** Gives `user` the arguments of `used` that it does not have itself. */
  #use(user: StateOfId, used: StateOfId): void {
    const ignored = new Set<unknown>([...neverUsed, ...argumentNames(this.#high, user)])
    const args = asList(this.#high.body(used[0])?.get(used[1]))
    const copied = args.filter(
      (argument) => isMap(argument) && sizeOf(argument) === 1 && !ignored.has(argumentName(argument)),
    )
    this.#argumentsOf(user).push(...copied)
  }

  #argumentsOf([id, state]: StateOfId): unknown[] {
    let body = this.extend.get(id)
    if (body === undefined) {
      body = new Map()
      this.extend.set(id, body)
    }
    const known = body.get(state)
    if (Array.isArray(known)) return known
    const args: unknown[] = []
    body.set(state, args)
    return args
  }

  /** A name without a module: an id, with its first module, or the `name` of a state. */
  #referenceTo(name: unknown): ReturnType<typeof mapOf> | undefined {
    const body = this.#high.body(name)
    const [first] = body === undefined ? [] : [...statesIn(body)]
    if (first !== undefined) return mapOf([[first[0], name]])
    let found: ReturnType<typeof mapOf> | undefined
    for (const [id, other] of this.#high.bodies()) {
      for (const [state, args] of statesIn(other)) {
        const isNamed = asList(args).some((argument) => isMap(argument) && valueAt(argument, 'name') === name)
        if (isNamed) found = mapOf([[state, id]])
      }
    }
    return found
  }

  #withoutDot({ key, body }: Origin, state: string, name: unknown): string {
    if (!state.includes('.')) return state
    const [module = ''] = state.split('.')
    this.errors.push(
      `Invalid requisite in ${key.split('_', 1)[0]}: ${state} for ${pythonStr(name)}, in SLS ` +
        `'${pythonStr(body.get('__sls__') ?? null)}'. Requisites must not contain dots, did you mean '${module}'?`,
    )
    return module
  }
}
