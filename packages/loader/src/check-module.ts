// SPDX-License-Identifier: Apache-2.0
import { isRecord, SaltError } from '@halite/core'
import { type KindObjects, kindTable, type ModuleKind } from './kinds.ts'
import type { Fn } from './module.ts'
import { isText } from './module-rules.ts'

/** A function of any arguments, context and result. */
// biome-ignore lint/suspicious/noExplicitAny: see Module
export type AnyFn = Fn<any, any, any>

/**
 * Passes what a module file exports through the gate of its kind: whatever lies behind it can be called without further
 * checks. Throws `MODULE_INVALID`, which names the file and the rule.
 */
export function checkModule<K extends ModuleKind>(kind: K, file: string, exported: unknown): KindObjects[K] {
  const problem = moduleProblem(kind, exported)
  // The rules of the kind hold: that is what the type says.
  if (problem === undefined) return exported as KindObjects[K]
  throw new SaltError('MODULE_INVALID', `module ${kind}/${file}: ${problem}`)
}

/** The rule of its kind that an object breaks, in words; undefined when it keeps all of them. */
export function moduleProblem(kind: ModuleKind, exported: unknown): string | undefined {
  if (!isRecord(exported)) return 'its default export must be an object'
  if (!isText(exported['name'])) return 'name must be text'
  if (typeof exported['doc'] !== 'string') return 'doc must be text'
  return kindTable[kind].problem?.(exported)
}
