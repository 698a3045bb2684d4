// SPDX-License-Identifier: Apache-2.0
import { isMap, isTruthy, pythonStr, valuesOf } from '@halite/core'
import type { TopTargets } from './top-merge.ts'

/** What is wrong with merged top files, in Salt's words. */
export function topErrors(top: TopTargets): string[] {
  return [...top].flatMap(([saltenv, targets]) => [
    ...environmentErrors(saltenv),
    ...[...targets.values()].flatMap((list) => listErrors(list, saltenv)),
  ])
}

function environmentErrors(saltenv: unknown): string[] {
  if (saltenv === '') return ['Empty saltenv statement in top file']
  if (typeof saltenv === 'string') return []
  return [`Environment ${pythonStr(saltenv)} in top file is not formed as a string`]
}

function listErrors(list: unknown, saltenv: unknown): string[] {
  if (!Array.isArray(list)) return ['Malformed topfile (state declarations not formed as a list)']
  return list.flatMap((item) => {
    if (item === '') return [`Environment ${pythonStr(saltenv)} contains an empty sls index`]
    if (!isMap(item)) return []
    return valuesOf(item)
      .filter((value) => !isTruthy(value))
      .map(
        (value) =>
          `Improperly formatted top file matcher in saltenv ${pythonStr(item)}: ${pythonStr(value)} file`,
      )
  })
}
