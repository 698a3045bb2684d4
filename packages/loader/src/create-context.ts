// SPDX-License-Identifier: Apache-2.0
import {
  type ContextBase,
  type DerivedFacts,
  derivation,
  provision,
  ServiceContext,
} from './service-context.ts'
import type { ContextOf, GivenPart, ServiceTable } from './services/service.ts'
import { type ExecContext, type GivenServices, services } from './services/table.ts'

/** What a context is made of; the rest of it follows from the table of services. */
export type ContextInput = ContextBase & GivenServices

/**
 * The context of one job, the same in the daemon, an executor and `salt-call`. Make one for each job: its `memo` is the
 * job's own. A service is made when it is first looked at; what is handed in is read each time.
 */
export const createContext: (input: ContextInput) => ExecContext = contextMaker(services)

/** A context with other facts: what follows from them follows from these, everything else, and `memo`, is shared. */
export function deriveContext(ctx: ExecContext, facts: DerivedFacts): ExecContext {
  // Every context was made by `contextMaker`.
  return (ctx as unknown as { [derivation](facts: DerivedFacts): ExecContext })[derivation](facts)
}

/** Makes contexts of the services of a table. */
export function contextMaker<const S extends ServiceTable>(
  table: S,
): (input: ContextBase & GivenPart<S>) => ContextOf<S> {
  class Context extends ServiceContext {}
  for (const [name, service] of Object.entries(table)) {
    Object.defineProperty(Context.prototype, name, {
      enumerable: true,
      get(this: Context) {
        return this[provision](name, service)
      },
    })
  }
  // The getters above are what the type says.
  return (input) => new Context(input) as unknown as ContextOf<S>
}
