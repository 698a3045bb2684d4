// SPDX-License-Identifier: Apache-2.0
import { type DataMap, isHashable, isMap, pythonStr, pythonTypeName, sizeOf } from '@halite/core'
import { argumentName, argumentValue, type Body, type HighData } from './high-data.ts'

/** What stands in the way of running high data, in Salt's words; nothing when it is sound. */
export function verifyHigh(high: HighData): string[] {
  const errors: string[] = []
  const required: Required = new Map()
  for (const [id, body] of high.ids) {
    if (typeof id === 'string' && id.startsWith('__')) continue
    if (typeof id !== 'string') {
      errors.push(
        `ID '${pythonStr(id)}' in SLS '${slsOf(body)}' is not formed as a string, but is a ${pythonTypeName(id)}. ` +
          'It may need to be quoted.',
      )
    }
    if (body instanceof Map) errors.push(...bodyErrors({ id, body, required }))
    else errors.push(`The type ${pythonStr(id)} in ${pythonStr(body)} is not formatted as a dictionary`)
  }
  return errors
}

/** Id → what it requires, for the check whether two ids require one another. */
type Required = Map<unknown, { readonly state: string; readonly ids: Map<unknown, unknown> }>

interface Declared {
  readonly id: unknown
  readonly body: Body
  readonly required: Required
}

function bodyErrors(declared: Declared): string[] {
  const { id, body } = declared
  const where = `in SLS '${slsOf(body)}'`
  return [...body].flatMap(([state, args]) => {
    if (typeof state !== 'string') {
      return [
        `The key '${pythonStr(state)}' of ID '${pythonStr(id)}' ${where} is no state: a state is written module.function`,
      ]
    }
    if (state.startsWith('__')) return []
    if (args === null || args === undefined) {
      return [
        `ID '${pythonStr(id)}' ${where} contains a short declaration (${state}) with a trailing colon. ` +
          'When not passing any arguments to a state, the colon must be omitted.',
      ]
    }
    if (!Array.isArray(args)) return [`State '${pythonStr(id)}' ${where} is not formed as a list`]
    return [
      ...args.flatMap((argument) => argumentErrors(declared, state, argument)),
      ...functionErrors(declared, state, args),
    ]
  })
}

function argumentErrors(declared: Declared, state: string, argument: unknown): string[] {
  const { id, body } = declared
  const sls = slsOf(body)
  if (typeof argument === 'string') {
    if (!argument.trim().includes(' ')) return []
    return [
      `The function "${argument}" in state "${pythonStr(id)}" in SLS "${sls}" has whitespace, a function with ` +
        'whitespace is not supported, perhaps this is an argument that is missing a ":"',
    ]
  }
  if (!isMap(argument)) return []
  const name = argumentName(argument)
  const value = argumentValue(argument)
  if (name === 'names' && !Array.isArray(value)) {
    return [`The 'names' argument in state '${pythonStr(id)}' in SLS '${sls}' needs to be formed as a list`]
  }
  if (name !== 'require' && name !== 'watch' && name !== 'prereq' && name !== 'onchanges') return []
  return [...requisiteErrors(declared, { state, name, value }), ...multipleErrors(argument, id, sls)]
}

interface Requisite {
  readonly state: string
  readonly name: string
  readonly value: unknown
}

function requisiteErrors(declared: Declared, { state, name, value }: Requisite): string[] {
  const { id, body, required } = declared
  const sls = slsOf(body)
  if (!Array.isArray(value)) {
    return [`The ${name} statement in state '${pythonStr(id)}' in SLS '${sls}' needs to be formed as a list`]
  }
  const ids = new Map<unknown, unknown>()
  required.set(id, { state, ids })
  return value.flatMap((written) => {
    if (typeof written !== 'string' && !isMap(written)) {
      return [
        `Requisite declaration ${pythonStr(written)} in SLS ${sls} is not formed as a single key dictionary`,
      ]
    }
    const key = typeof written === 'string' ? 'id' : argumentName(written)
    const wanted = typeof written === 'string' ? written : argumentValue(written)
    const errors = dottedErrors(key, id, sls)
    if (!isHashable(wanted)) {
      return [...errors, `Illegal requisite "${pythonStr(wanted)}", please check your syntax.\n`]
    }
    ids.set(wanted, key)
    const other = required.get(wanted)
    if (other !== undefined && other.ids.get(id) === state && other.state === key) {
      errors.push(
        `A recursive requisite was found, SLS "${sls}" ID "${pythonStr(id)}" ID "${pythonStr(wanted)}"`,
      )
    }
    return errors
  })
}

function dottedErrors(key: unknown, id: unknown, sls: string): string[] {
  if (typeof key !== 'string' || !key.includes('.')) return []
  return [
    `Invalid requisite type '${key}' in state '${pythonStr(id)}', in SLS '${sls}'. Requisite types must not contain ` +
      `dots, did you mean '${key.slice(0, key.indexOf('.'))}'?`,
  ]
}

function multipleErrors(argument: DataMap, id: unknown, sls: string): string[] {
  if (sizeOf(argument) === 1) return []
  return [`Multiple dictionaries defined in argument of state '${pythonStr(id)}' in SLS '${sls}'`]
}

function functionErrors({ id, body }: Declared, state: string, args: readonly unknown[]): string[] {
  const dotted = state.includes('.') ? [state.slice(state.indexOf('.') + 1)] : []
  const functions = [...dotted, ...args.filter((argument) => typeof argument === 'string')]
  const where = `declared in state '${pythonStr(id)}' in SLS '${slsOf(body)}'`
  if (functions.length === 1 || (functions.length === 0 && (state === 'require' || state === 'watch')))
    return []
  if (functions.length === 0) return [`No function ${where}`]
  return [`Too many functions ${where}. Please choose one of the following: ${functions.join(', ')}`]
}

function slsOf(body: unknown): string {
  return body instanceof Map ? pythonStr(body.get('__sls__') ?? null) : 'None'
}
