// SPDX-License-Identifier: Apache-2.0
import type { StateContext, StateReturn } from '@halite/loader'
import { currentGrains } from '../../execution/grains/static-file.ts'
import { lookUp } from '../../execution/parts/look-up.ts'

/** What every state of grains is given. */
export interface GrainPath {
  readonly name: string
  readonly delimiter: string
}

/** What `grainAt` gives where there is nothing. */
export const missing: unique symbol = Symbol('missing')

/** The path with colons between its keys, as results name it. */
export function pathOf({ name, delimiter }: GrainPath): string {
  return delimiter === '' ? name : name.replaceAll(delimiter, ':')
}

/** The value at a path as it is now: states before this one may have changed it. */
export function grainAt(ctx: StateContext, path: string): unknown {
  return lookUp(currentGrains(ctx), path.split(':'), missing)
}

type Changes = StateReturn['changes']

/** The grain is as asked. */
export function good(name: string, comment: string, changes: Changes = {}): StateReturn {
  return { name, result: true, comment, changes }
}

/** The grain cannot be as asked. */
export function bad(name: string, comment: string, changes: Changes = {}): StateReturn {
  return { name, result: false, comment, changes }
}

/** The grain would become as asked. */
export function planned(name: string, comment: string, changes: Changes = {}): StateReturn {
  return { name, result: null, comment, changes }
}
