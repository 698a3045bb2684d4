// SPDX-License-Identifier: Apache-2.0
import { isMap, mapOf, pythonStr } from '@halite/core'
import { argumentName, type Body, bodyOf, type Extension } from './high-data.ts'

/** Where a declaration stands. */
export interface Place {
  /** Empty for a text that is no sls file. */
  readonly sls: string
  readonly saltenv: string
  /** Receives what is wrong, in Salt's words. */
  readonly errors: string[]
}

/**
 * Makes a body of what stands under an id: a name such as `pkg.installed` alone becomes a list, a function is parted from its module.
 * Gives undefined for what is none.
 */
export function declarationOf(id: unknown, value: unknown, place: Place): Body | undefined {
  const { sls, errors } = place
  if (typeof value === 'string' && value.includes('.')) {
    const [module = '', fun = ''] = value.split('.')
    return placed(new Map<unknown, unknown>([[module, [fun]]]), place)
  }
  if (!isMap(value)) {
    errors.push(`ID ${pythonStr(id)} in SLS ${sls} is not a dictionary`)
    return undefined
  }
  const body = bodyOf(value)
  const isSingle = partFunctions(body)
  if (!isSingle) {
    errors.push(`ID '${pythonStr(id)}' in SLS '${sls}' contains multiple state declarations of the same type`)
  }
  return placed(body, place)
}

/** The body with the place where it stands, unless it names one itself. */
function placed(body: Body, { sls, saltenv }: Place): Body {
  if (sls !== '' && !body.has('__sls__')) body.set('__sls__', sls)
  if (!body.has('__env__')) body.set('__env__', saltenv)
  return body
}

/** Extensions of a file, with functions parted from their modules. */
export function extensionIn(value: unknown, place: Place): Extension | undefined {
  const { sls, errors } = place
  if (!isMap(value)) {
    errors.push(`Extension value in SLS '${sls}' is not a dictionary`)
    return undefined
  }
  const extension: Extension = new Map()
  for (const [id, written] of bodyOf(value)) {
    if (!isMap(written)) {
      errors.push(`Extension name '${pythonStr(id)}' in SLS '${sls}' is not a dictionary`)
      continue
    }
    const body = placed(bodyOf(written), place)
    partFunctions(body)
    extension.set(id, body)
  }
  return extension
}

/** Gives every state its place in the order in which states were written, unless it says one itself. */
export function numberStates(body: Body, next: () => number): void {
  for (const [state, args] of body) {
    if (typeof state !== 'string' || state.startsWith('_') || !Array.isArray(args)) continue
    const isNumbered = args.some((argument) => argumentName(argument) === 'order')
    if (!isNumbered) args.push(mapOf([['order', next()]]))
  }
}

/** `file.managed: […]` becomes `file: […, managed]`. False when a module is named twice. */
function partFunctions(body: Body): boolean {
  const seen = new Set<string>()
  let isSingle = true
  for (const [key, args] of [...body]) {
    if (typeof key !== 'string' || key.startsWith('_') || !Array.isArray(args)) continue
    const [module = '', fun] = key.split('.')
    if (fun !== undefined && seen.has(module)) {
      isSingle = false
      continue
    }
    seen.add(module)
    if (fun === undefined) continue
    body.delete(key)
    args.push(fun)
    body.set(module, args)
  }
  return isSingle
}
