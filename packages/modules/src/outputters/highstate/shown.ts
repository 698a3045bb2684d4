// SPDX-License-Identifier: Apache-2.0
import type { DataMap } from '@halite/core'
import type { StatesStyle } from '@halite/loader'
import { type Color, type Paint, withoutEscapes } from '../text/paint.ts'

/** How a host is shown; `level` is how deep it lies in others. */
export interface Show {
  readonly paint: Paint
  readonly style: StatesStyle
  readonly level: number
  /** Shows a minion whose states lie in the changes of another state. */
  nested(host: string, data: unknown, show: Show): HostText
}

/** One state with its result. */
export interface ShownState {
  /** Module, id, name and function; with `_id` the id stands in place of the name. */
  readonly parts: readonly [module: string, id: string, name: string, fun: string]
  readonly result: boolean | null
  readonly fields: DataMap
  readonly changes: string
  readonly hasChanges: boolean
  readonly color: Color
  /** How many states it stands for. */
  readonly count: number
}

/** A minion as text. */
export interface HostText {
  readonly text: string
  readonly hasChanges: boolean
}

/** Text of a minion, whose lines may hold nothing that steers a terminal. */
export function visible(text: string): string {
  return text.split('\n').map(withoutEscapes).join('\n')
}
