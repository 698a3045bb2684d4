// SPDX-License-Identifier: Apache-2.0
import type { ExecContext, Registry } from '@halite/loader'
import type { SaltCalls } from '../jinja/globals/salt.ts'

/** Execution functions as templates call them: `salt['cmd.run']('id')`. `registry.decided()` was waited for. */
export function functionCalls(ctx: ExecContext, registry: Registry): SaltCalls {
  return {
    has: (name) => registry.has(name),
    call: (name, args, keywords) => ctx.call(name, args, Object.fromEntries(keywords)),
  }
}
