// SPDX-License-Identifier: Apache-2.0
import type { StateContext } from '@halite/loader'
import { fnmatch } from '@halite/targeting'

/** What is asked of the version of a package. */
export interface VersionWish {
  /** A version, a pattern, or conditions with commas between: `>=1.2,<2`; undefined and `latest` for any. */
  readonly version: string | undefined
  /** A newer one than a version that is named does too. */
  readonly allowsUpdates?: boolean
  /** Default: as the conditions are written. */
  readonly ignoresEpoch?: boolean | undefined
}

interface Condition {
  readonly operator: string
  readonly version: string
}

/** Whether one of the installed versions is what is asked for. */
export async function fulfils(
  ctx: StateContext,
  installed: readonly string[],
  { version, allowsUpdates = false, ignoresEpoch }: VersionWish,
): Promise<boolean> {
  if (installed.length === 0) return false
  if (version === undefined || version === 'latest') return true
  const conditions = version.split(',').map(conditionOf)
  const [only] = conditions
  if (allowsUpdates && conditions.length === 1 && only?.operator === '==')
    conditions[0] = { ...only, operator: '>=' }
  for (const one of installed) {
    const met = await Promise.all(conditions.map((condition) => meets(ctx, one, { condition, ignoresEpoch })))
    if (met.every(Boolean)) return true
  }
  return false
}

function conditionOf(text: string): Condition {
  const [, operator = '', version = text.trim()] =
    /^(<=>|!=|>=|<=|>>|<<|<>|==|>|<|=)?\s*([^<>=]+)$/.exec(text.trim()) ?? []
  return { operator: operator === '' || operator === '=' ? '==' : operator, version: version.trim() }
}

async function meets(
  ctx: StateContext,
  installed: string,
  { condition, ignoresEpoch }: { readonly condition: Condition; readonly ignoresEpoch: boolean | undefined },
): Promise<boolean> {
  const { operator, version } = condition
  if (operator === '==' && fnmatch(installed, version)) return true
  if (ctx.platform === 'win32')
    return (await ctx.call('pkg.compare_versions', [installed, operator, version])) === true
  const withoutEpoch = ignoresEpoch ?? (!/[<>]/.test(operator) && !version.includes(':'))
  const order = Number(
    await ctx.call('pkg.version_cmp', [installed, version], { ignore_epoch: withoutEpoch }),
  )
  return holds(order, operator)
}

function holds(order: number, operator: string): boolean {
  if (operator === '!=' || operator === '<>') return order !== 0
  if (operator === '>=') return order >= 0
  if (operator === '<=') return order <= 0
  if (operator.startsWith('>')) return order > 0
  return operator.startsWith('<') ? order < 0 : order === 0
}
