// SPDX-License-Identifier: Apache-2.0
import type { ExecContext, Registry } from '@halite/loader'
import type { SaltCalls } from '../jinja/globals/salt.ts'

/** In Python these change the map that they are given; templates rely on it: `{% do salt['defaults.merge'](a, b) %}`. */
const changing: ReadonlySet<string> = new Set(['defaults.merge', 'defaults.update', 'slsutil.update'])

/** Execution functions as templates call them: `salt['cmd.run']('id')`. `registry.decided()` was waited for. */
export function functionCalls(ctx: ExecContext, registry: Registry): SaltCalls {
  return {
    has: (name) => registry.has(name),
    changesFirst: (name, keywords) => changing.has(name) && keywords.get('in_place') !== false,
    call: (name, args, keywords) => ctx.call(name, args, Object.fromEntries(keywords)),
  }
}
