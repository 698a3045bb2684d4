// SPDX-License-Identifier: Apache-2.0
import { type Documented, docOf, type ExecContext, type FunctionKind } from '@halite/loader'
import { fnmatch } from '@halite/targeting'

/** Which functions are described, and how each is. */
export interface Description<T> {
  /** Modules, functions or globs; none means all. */
  readonly wanted: readonly string[]
  describe(fn: Documented): T
}

/** Function name → description, for the selected functions of a kind whose modules are not broken. */
export async function describeAll<T>(
  ctx: ExecContext,
  kind: FunctionKind,
  { wanted, describe }: Description<T>,
): Promise<Record<string, T>> {
  const names = await selectedFunctions(ctx, kind, wanted)
  const found = await Promise.all(names.map((name) => ctx.modules.describe(name, kind)))
  return Object.fromEntries(
    names.flatMap((name, index) => {
      const declared = found[index]
      return declared === undefined ? [] : [[name, describe(declared)]]
    }),
  )
}

/** The texts about the selected functions; of a module that is named and does not load here, the reason. */
export async function documentAll(
  ctx: ExecContext,
  kind: FunctionKind,
  wanted: readonly string[],
): Promise<Record<string, string>> {
  const refusals = wanted.flatMap((word) => {
    const [name = ''] = word.split('.')
    const refusal = ctx.modules.refusal(name, kind)
    return refusal === undefined ? [] : [[name, refusal] as const]
  })
  return { ...(await describeAll(ctx, kind, { wanted, describe: docOf })), ...Object.fromEntries(refusals) }
}

/** The functions of a kind that one of `wanted` selects, sorted; all if `wanted` is empty. */
export async function selectedFunctions(
  ctx: ExecContext,
  kind: FunctionKind,
  wanted: readonly string[],
): Promise<readonly string[]> {
  const names = await ctx.modules.functionNames(kind)
  return wanted.length === 0 ? names : names.filter((name) => wanted.some((word) => isSelected(name, word)))
}

/** The modules of a kind that one of `wanted` selects, sorted; all if `wanted` is empty. */
export async function selectedModules(
  ctx: ExecContext,
  kind: FunctionKind,
  wanted: readonly string[],
): Promise<readonly string[]> {
  return selectedNames(await ctx.modules.moduleNames(kind), wanted)
}

/** Those of `names` that one of `wanted` names or matches; all if `wanted` is empty. */
export function selectedNames(names: readonly string[], wanted: readonly string[]): readonly string[] {
  return wanted.length === 0 ? names : names.filter((name) => wanted.some((glob) => fnmatch(name, glob)))
}

/** `sys` and `sys.` mean the module and not `sysctl` with it. */
function isSelected(name: string, word: string): boolean {
  if (/[*?[]/.test(word)) return fnmatch(name, word)
  return name === word || name.startsWith(word.endsWith('.') ? word : `${word}.`)
}
