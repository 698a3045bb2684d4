// SPDX-License-Identifier: Apache-2.0
import { hasKey, isMap, isSaltError, valueAt } from '@halite/core'
import type { ExecContext } from '@halite/loader'

/** What the options `status.<function>.custom` name, lists of keys of what the function returns. */
export async function customStatus(ctx: ExecContext): Promise<Readonly<Record<string, unknown>>> {
  const found: Record<string, unknown> = {}
  for (const [option, names] of Object.entries(await wishes(ctx))) {
    const fun = option.split('.').slice(0, -1).join('.')
    if (fun === 'status.custom' || !Array.isArray(names)) continue
    const values = await valuesOf(ctx, fun)
    if (values === undefined) continue
    for (const name of names.map(String)) {
      if (!hasKey(values, name)) ctx.log.warning(`val ${name} not in return of ${fun}`)
      found[name] = hasKey(values, name) ? valueAt(values, name) : 'UNKNOWN'
    }
  }
  return found
}

async function wishes(ctx: ExecContext): Promise<Readonly<Record<string, unknown>>> {
  const found = await ctx.call('config.dot_vals', ['status'])
  return isMap(found) ? (found as Readonly<Record<string, unknown>>) : {}
}

async function valuesOf(ctx: ExecContext, fun: string) {
  try {
    const values = await ctx.call(fun, [])
    return isMap(values) ? values : {}
  } catch (error) {
    if (!isSaltError(error, 'FUNCTION_UNKNOWN')) throw error
    ctx.log.warning(`custom status ${fun} isn't loaded`)
    return undefined
  }
}
