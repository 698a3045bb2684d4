// SPDX-License-Identifier: Apache-2.0
import { isInteger, isMap, pythonStr, valueAt } from '@halite/core'

/** How often and until when a state is tried again. Times in seconds. */
export interface Retry {
  readonly until: boolean
  readonly attempts: number
  readonly interval: number
  readonly splay: number
}

const defaults: Retry = { until: true, attempts: 2, interval: 30, splay: 0 }

/** The argument `retry`: true, false, or a map; what of it is no number or truth value counts as not written. */
export function retryOf(written: unknown): Retry {
  if (written === false) return { ...defaults, attempts: 0 }
  if (!isMap(written)) return defaults
  const number = (name: keyof Retry) => {
    const value = valueAt(written, name)
    return isInteger(value) ? Number(value) : (defaults[name] as number)
  }
  const until = valueAt(written, 'until')
  return {
    until: typeof until === 'boolean' ? until : defaults.until,
    attempts: number('attempts'),
    interval: number('interval'),
    splay: number('splay'),
  }
}

/** What is said of a state that would be retried, when nothing may change. */
export function retryNotice({ interval, splay, attempts, until }: Retry): string {
  return (
    `The state would be retried every ${interval} seconds (with a splay of up to ${splay} seconds) a maximum of ` +
    `${attempts} times or until a result of ${pythonStr(until)} is returned`
  )
}

/** What is said of an attempt that was not the last. */
export function attemptNotice(attempt: number, result: boolean | null, comment: unknown): string {
  return `Attempt ${attempt}: Returned a result of "${pythonStr(result)}", with the following comment: "${pythonStr(comment)}"`
}
