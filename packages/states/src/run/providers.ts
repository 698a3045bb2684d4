// SPDX-License-Identifier: Apache-2.0
import { entriesOf, isMap, pythonStr } from '@halite/core'
import type { Low } from '../high/chunks.ts'

/**
 * The argument `provider`: which modules answer to a virtual name while the state runs. A name alone is for the module of the state;
 * a list or a map says for which it is.
 */
export function providersOf(low: Low): Readonly<Record<string, string>> | undefined {
  const { provider } = low
  if (provider === undefined || provider === null || provider === false) return undefined
  if (typeof provider === 'string') return { [pythonStr(low['state'])]: provider }
  const maps = (Array.isArray(provider) ? provider : [provider]).filter(isMap)
  const pairs = maps.flatMap((map) => entriesOf(map))
  return Object.fromEntries(pairs.map(([name, module]) => [pythonStr(name), pythonStr(module)]))
}
