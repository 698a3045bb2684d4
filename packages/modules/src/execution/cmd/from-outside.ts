// SPDX-License-Identifier: Apache-2.0
import type { ExecContext } from '@halite/loader'

/**
 * Whether a call comes from outside, a command line or the API, and not from a module or template: its keywords bring
 * `__pub_jid`, or there is no job at all.
 */
export function isFromOutside(ctx: ExecContext, kwargs: Readonly<Record<string, unknown>>): boolean {
  return Object.hasOwn(kwargs, '__pub_jid') || ctx.job === undefined
}
