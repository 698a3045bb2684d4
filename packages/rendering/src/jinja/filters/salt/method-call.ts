// SPDX-License-Identifier: Apache-2.0
import { attribute } from '../../runtime/access.ts'
import type { Keywords } from '../../runtime/native.ts'
import type { Runtime } from '../../runtime/runtime.ts'
import { Undefined } from '../../runtime/undefined.ts'

/** Calls a method by name; None where the object has none, as Salt's filter does. */
export function methodCall(
  rt: Runtime,
  [object, name, args, keywords]: readonly [unknown, string, unknown[], Keywords],
): unknown {
  const found = attribute(rt, object, name)
  if (found instanceof Undefined) return name.startsWith('__') ? found.fail() : null
  return rt.callHere(found, args, keywords)
}
