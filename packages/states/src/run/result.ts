// SPDX-License-Identifier: Apache-2.0
import { floatOf, isMap, isTruthy, sizeOf } from '@halite/core'
import type { StateResult } from '@halite/loader'
import type { Low } from '../high/chunks.ts'
import { hiddenTexts, isHidden } from './no-log.ts'

/** A result while the run goes on. Its fields are Salt's, in Salt's order. */
export class MutableResult {
  readonly fields: Record<string, unknown>
  /** False when a requisite gave no reason to run. */
  ran = true

  constructor(fields: Readonly<Record<string, unknown>>) {
    this.fields = { ...fields }
  }

  get result(): boolean | null {
    const { result } = this.fields
    return result === null || result === undefined ? null : isTruthy(result)
  }

  get hasChanges(): boolean {
    const { changes } = this.fields
    return isMap(changes) ? sizeOf(changes) > 0 : isTruthy(changes ?? null)
  }

  /** As it is returned. */
  get shown(): StateResult {
    // Every constructor gives what Salt's results have.
    return this.fields as unknown as StateResult
  }
}

/** When a state began and how long it took, as Salt writes it: the local time of day, and milliseconds. */
export interface Timing {
  readonly start_time: string
  readonly duration: unknown
}

/** Reads the time; microseconds since 1970, and milliseconds that only go forward. */
export interface Clock {
  /** Milliseconds since 1970, with a fraction. */
  now(): number
}

/** The timing of something that began at `startMs` of a clock and ends now. */
export function timingFrom(clock: Clock, startMs: number): Timing {
  return { start_time: timeOfDay(startMs), duration: millisecondsOf(clock.now() - startMs) }
}

/** Milliseconds with three digits behind the point, a float as in Salt. */
export function millisecondsOf(ms: number): unknown {
  return floatOf(Math.round(Math.max(0, ms) * 1000) / 1000)
}

/** `HH:MM:SS.ffffff`, without a fraction that is 0. */
function timeOfDay(ms: number): string {
  const date = new Date(ms)
  const two = (number: number) => String(number).padStart(2, '0')
  const micros = Math.floor((ms % 1000) * 1000)
  const fraction = micros === 0 ? '' : `.${String(micros).padStart(6, '0')}`
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}${fraction}`
}

/** The names that every result bears. */
export function namesOf(low: Low): Readonly<Record<string, unknown>> {
  const name = low['name'] ?? null
  const shown = isHidden(low) ? hiddenTexts(name) : name
  return { __sls__: low['__sls__'] ?? null, __id__: low['__id__'] ?? null, name: shown }
}
