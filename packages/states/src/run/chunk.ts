// SPDX-License-Identifier: Apache-2.0
import { pythonStr } from '@halite/core'
import type { StateModule } from '@halite/loader'
import type { Low } from '../high/chunks.ts'

/** A state of a run. */
export class Chunk {
  low: Low
  readonly tag: string
  readonly id: string
  readonly name: string
  readonly state: string
  readonly sls: string
  /** Asked only what it would change, for the sake of a state with `prereq`. */
  isPrereq = false
  /** A state that names it in `prereq` is looked at first. */
  isPrerequired = false
  /** How often what it requires is being run just now, one run inside the other. */
  entered = 0
  /** It would have to be asked what it changes before that can be asked: told as a circle, and settled by that. */
  isEndless = false

  constructor(low: Low) {
    this.low = low
    this.id = pythonStr(low['__id__'])
    this.name = pythonStr(low['name'])
    this.state = pythonStr(low['state'])
    this.sls = pythonStr(low['__sls__'] ?? '')
    this.tag = tagOf(low)
  }

  /** A requisite as it is written: a list, or undefined where there is none. */
  requisite(name: string): readonly unknown[] | undefined {
    const list = this.low[name]
    if (list === undefined || list === null) return undefined
    return Array.isArray(list) ? list : [list]
  }
}

/** The key of a result: module, id, name and function. */
export function tagOf(low: Low): string {
  return [low['state'], low['__id__'], low['name'], low['fun']].map(pythonStr).join('_|-')
}

/** Whether a state's module is told when a state that it watches changed. */
export function canWatch(module: StateModule | undefined): boolean {
  return module !== undefined && Object.hasOwn(module.functions, 'mod_watch')
}
