// SPDX-License-Identifier: Apache-2.0
import { AssertionError } from 'node:assert'

/** Fails with one line per offence, under the rule they break. */
export function expectNone(rule: string, offences: readonly string[]): void {
  if (offences.length === 0) return
  const message = [`${rule}:`, ...offences.map((offence) => `  ${offence}`)].join('\n')
  throw new AssertionError({ message, stackStartFn: expectNone })
}
