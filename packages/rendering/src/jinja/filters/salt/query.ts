// SPDX-License-Identifier: Apache-2.0

import { messageOf, toPlain } from '@halite/core'
import jmespath from 'jmespath'
import { exported, Importer } from '../../runtime/convert.ts'
import { type NativeRow, valueError } from '../../runtime/native.ts'
import type { Runtime } from '../../runtime/runtime.ts'

/** Salt's filter over JMESPath. */
export const queryFilters: readonly NativeRow[] = [
  ['json_query', 'data, expr', (rt, [value, expression]) => queried(rt, value, rt.text(expression))],
]

const longestExpression = 16_384

function queried(rt: Runtime, value: unknown, expression: string): unknown {
  if (expression.length > longestExpression) throw valueError('the expression is too long')
  try {
    const result = new Importer().import(jmespath.search(toPlain(exported(value)), expression))
    rt.budget.charge(Array.isArray(result) ? result.length : 1)
    return result
  } catch (error) {
    throw valueError(`json_query: ${messageOf(error)}`)
  }
}
