// SPDX-License-Identifier: Apache-2.0
import { type Machine, machineOfJob, thisMachine } from './machine.ts'
import type { Registry } from './registry.ts'
import type { BaseServices, ContextOf, GivenPart, Scope, Service, ServiceTable } from './services/service.ts'
import { type ExecContext, type GivenServices, services } from './services/table.ts'

/** What a context is made of beside services: where functions are found, and the machine they run on. */
export interface ContextBase {
  readonly registry: Registry
  /** Default: this machine. */
  readonly machine?: Machine
  /** The function runs in a daemon: it can call only what may run there too. Default false. */
  readonly inDaemon?: boolean
}

/** What a context is made of; the rest of it follows from the table of services. */
export type ContextInput = ContextBase & GivenServices

const derivation = Symbol('derivation')

/**
 * The context of one job, the same in the daemon, an executor and `salt-call`. Make one for each job: its `memo` is the
 * job's own. A service is made when it is first looked at; what is handed in is read each time.
 */
export const createContext: (input: ContextInput) => ExecContext = contextMaker(services)

/** What may differ in a derived context. */
export type DerivedFacts = {
  readonly [K in 'options' | 'grains' | 'pillar' | 'state' | 'log']?: ExecContext[K] | undefined
}

/** A context with other facts: what follows from them follows from these, everything else, and `memo`, is shared. */
export function deriveContext(ctx: ExecContext, facts: DerivedFacts): ExecContext {
  // Every context was made below.
  return (ctx as unknown as { [derivation](facts: DerivedFacts): ExecContext })[derivation](facts)
}

/** Makes contexts of the services of a table. */
export function contextMaker<const S extends ServiceTable>(
  table: S,
): (input: ContextBase & GivenPart<S>) => ContextOf<S> {
  class Context {
    readonly #input: Readonly<Record<string, unknown>>
    readonly #scope: Scope
    readonly #made = new Map<string, unknown>()

    static {
      for (const [name, service] of Object.entries(table)) {
        Object.defineProperty(Context.prototype, name, {
          enumerable: true,
          get(this: Context) {
            return this.#provide(name, service)
          },
        })
      }
    }

    constructor(input: ContextBase & GivenPart<S>) {
      const { registry, inDaemon = false } = input
      const { machine = inDaemon ? thisMachine : machineOfJob } = input
      this.#input = input as Readonly<Record<string, unknown>>
      // The table is the context's: it has at least the services that others are made of.
      this.#scope = { ctx: this as unknown as BaseServices, registry, machine, inDaemon }
    }

    /** The input is not copied: facts are read when they are looked at, and some are costly to make. */
    [derivation](facts: DerivedFacts): Context {
      const { memo } = this as unknown as ExecContext
      const changed: ContextBase & GivenPart<S> = Object.create(this.#input)
      for (const [name, value] of Object.entries({ memo, ...facts })) {
        Object.defineProperty(changed, name, { value })
      }
      return new Context(changed)
    }

    #provide(name: string, { make, adapt }: Service<unknown>): unknown {
      const given = this.#input[name]
      if (given !== undefined && adapt === undefined) return given
      if (this.#made.has(name)) return this.#made.get(name)
      const value = given === undefined ? make?.(this.#scope) : adapt?.(given, this.#scope)
      this.#made.set(name, value)
      return value
    }
  }
  // The getters above are what the type says.
  return (input) => new Context(input) as unknown as ContextOf<S>
}
