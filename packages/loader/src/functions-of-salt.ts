// SPDX-License-Identifier: Apache-2.0
import { functionsByKind } from './data/functions-of-salt.ts'

/*
 * So that a function which is not built can be told from one that never was. Imported only for a name that is not available
 * here.
 */

/** Whether Salt 3007 has a function of this full name, `module.function`. */
export function isFunctionOfSalt(kind: keyof typeof functionsByKind, name: string): boolean {
  const dot = name.indexOf('.')
  return dot >= 1 && functionsOfSalt(kind, name.slice(0, dot)).includes(name.slice(dot + 1))
}

/** The functions that a module of Salt 3007 has; none when there is no such module. */
export function functionsOfSalt(kind: keyof typeof functionsByKind, module: string): readonly string[] {
  const begin = /^\w+$/.test(module) ? functionsByKind[kind].indexOf(`\n  ${module}: `) : -1
  if (begin < 0) return []
  const rest = functionsByKind[kind].slice(begin + module.length + 5)
  const end = rest.search(/\n {2}(?! )/)
  return rest
    .slice(0, end)
    .split(/\s+/)
    .filter((name) => name !== '')
}
