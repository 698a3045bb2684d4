// SPDX-License-Identifier: Apache-2.0
import { type DataMap, entriesOf, isMap, keysOf, mapOf, valuesOf } from '@halite/core'

/**
 * What one id asks for: state module → its arguments, and `__sls__`, `__env__`, `__sls_included_from__`. A list of arguments holds
 * the names of functions, and maps of one argument each; until it was checked it may be anything that a file can say.
 */
export type Body = Map<unknown, unknown>

/** Extensions of ids, as one file or one requisite wrote them: id → body. */
export type Extension = Map<unknown, unknown>

/** High data: what was asked for, by id, before requisites are turned round and extensions are applied. */
export class HighData {
  /** A body, or whatever else a file says under an id. */
  readonly ids = new Map<unknown, unknown>()
  readonly extend: Extension[] = []
  readonly exclude: unknown[] = []
  /** Whether something that is no body stood under an id, and was left out. */
  isMalformed = false

  /** Data as `state.show_sls` returns and `state.high` is given. */
  static from(data: DataMap): HighData {
    const high = new HighData()
    for (const [id, body] of entriesOf(data)) {
      if (id === '__extend__') high.extend.push(...asList(body).filter(isMap).map(extensionOf))
      else if (id === '__exclude__') high.exclude.push(...asList(body))
      else high.ids.set(id, isMap(body) ? bodyOf(body) : body)
    }
    return high
  }

  get isEmpty(): boolean {
    return this.ids.size === 0 && this.extend.length === 0 && this.exclude.length === 0
  }

  /** The bodies of ids, without what is none. */
  *bodies(): Generator<[id: unknown, body: Body]> {
    for (const [id, body] of this.ids) if (body instanceof Map) yield [id, body]
  }

  body(id: unknown): Body | undefined {
    const body = this.ids.get(id)
    return body instanceof Map ? body : undefined
  }

  toData(): DataMap {
    const bodies = [...this.ids].map(([id, body]) => [id, dataOf(body)] as const)
    const extend = this.extend.map((extension) =>
      mapOf([...extension].map(([id, body]) => [id, dataOf(body)])),
    )
    return mapOf([
      ...bodies,
      ...(extend.length === 0 ? [] : [['__extend__', extend] as const]),
      ...(this.exclude.length === 0 ? [] : [['__exclude__', this.exclude] as const]),
    ])
  }
}

/** A body that can be changed: its lists of arguments are copies. */
export function bodyOf(data: DataMap): Body {
  return new Map(entriesOf(data).map(([key, value]) => [key, Array.isArray(value) ? [...value] : value]))
}

/** An extension that can be changed. */
export function extensionOf(data: DataMap): Extension {
  return new Map(entriesOf(data).map(([id, body]) => [id, isMap(body) ? bodyOf(body) : body]))
}

/** The state modules of a body with what is written below them, without its keys of the system. */
export function* statesIn(body: Body): Generator<[state: string, args: unknown]> {
  for (const [state, args] of body) {
    if (typeof state === 'string' && !state.startsWith('__')) yield [state, args]
  }
}

/** The name of a map of one argument: its first key. */
export function argumentName(argument: unknown): unknown {
  return isMap(argument) ? keysOf(argument)[0] : undefined
}

/** The value of a map of one argument. */
export function argumentValue(argument: unknown): unknown {
  return isMap(argument) ? valuesOf(argument)[0] : undefined
}

/** A list, or an empty one in place of what is not. */
export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function dataOf(body: unknown): unknown {
  return body instanceof Map ? mapOf(body) : body
}
