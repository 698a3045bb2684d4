// SPDX-License-Identifier: Apache-2.0
import { findWritten, isMap, pythonStr, SaltError } from '@halite/core'
import type { SaltCalls } from '@halite/rendering'
import type { Facts } from '@halite/targeting'

type Call = (args: readonly unknown[], keywords: ReadonlyMap<string, unknown>) => unknown

/**
 * The functions that templates of pillar can call. A master has none of its minions' modules, so these are the few that
 * answer from the grains alone; `pillar.get` returns its default, for the pillar is only being made.
 */
export function templateCalls({ grains }: { readonly grains: Facts }): SaltCalls {
  const calls = new Map<string, Call>([
    ['grains.get', (args, keywords) => lookUp(grains, args, keywords)],
    ['grains.items', () => grains],
    ['pillar.get', (args, keywords) => lookUp({}, args, keywords)],
  ])
  return {
    has: (name) => calls.has(name),
    whyMissing: (name) =>
      `'${name}' is not available: in pillar, templates have ${[...calls.keys()].join(', ')}`,
    call(name, args, keywords) {
      const call = calls.get(name)
      if (call !== undefined) return call(args, keywords)
      throw new SaltError('FUNCTION_UNKNOWN', `'${name}' is not available.`)
    },
  }
}

/** The value below the keys of `a:b`, or the default; in a list a key is a position. */
function lookUp(data: unknown, args: readonly unknown[], keywords: ReadonlyMap<string, unknown>): unknown {
  const [key = keywords.get('key'), fallback = keywords.get('default') ?? ''] = args
  const delimiter = keywords.get('delimiter')
  let value = data
  for (const part of pythonStr(key).split(typeof delimiter === 'string' ? delimiter : ':')) {
    const inner = step(value, part)
    if (inner === undefined) return fallback
    value = inner.value
  }
  return value
}

function step(value: unknown, key: string): { readonly value: unknown } | undefined {
  if (isMap(value)) return findWritten(value, key)
  const isItem = Array.isArray(value) && /^\d+$/.test(key) && Number(key) < value.length
  return isItem ? { value: value[Number(key)] } : undefined
}
