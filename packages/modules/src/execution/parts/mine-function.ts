// SPDX-License-Identifier: Apache-2.0
import { type DataMap, entriesOf, isMap, pythonStr } from '@halite/core'

/** A function for the mine, as `mine_functions` defines it. */
export interface MineFunction {
  /** What it is left under. */
  readonly name: string
  readonly fun: string
  readonly args: readonly unknown[]
  readonly kwargs: Readonly<Record<string, unknown>>
  /** Whether `mine_function` names another function than the name. */
  readonly isAlias: boolean
  readonly allow_tgt?: string | readonly string[]
  readonly allow_tgt_type?: string
}

/**
 * Reads a definition: a map of keyword arguments, or a list of arguments with maps of keyword arguments among them. Among
 * those are `mine_function`, `allow_tgt` and `allow_tgt_type`. Anything else is a function without arguments.
 */
export function mineFunctionOf(name: string, definition: unknown): MineFunction {
  const items: readonly unknown[] = isMap(definition)
    ? [definition]
    : Array.isArray(definition)
      ? definition
      : []
  const words = items.filter((item): item is DataMap => isMap(item)).flatMap(entriesOf)
  const named = Object.fromEntries(words.map(([key, value]) => [pythonStr(key), value]))
  const { mine_function: fun, allow_tgt, allow_tgt_type, ...kwargs } = named
  const allowed = Array.isArray(allow_tgt) ? allow_tgt.map((id) => pythonStr(id)) : allow_tgt
  return {
    name,
    fun: typeof fun === 'string' && fun !== '' ? fun : name,
    args: items.filter((item) => !isMap(item)),
    kwargs,
    isAlias: typeof fun === 'string' && fun !== '',
    ...(typeof allowed === 'string' || Array.isArray(allowed) ? { allow_tgt: allowed } : {}),
    ...(typeof allow_tgt_type === 'string' ? { allow_tgt_type } : {}),
  }
}
