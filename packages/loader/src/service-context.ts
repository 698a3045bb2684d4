// SPDX-License-Identifier: Apache-2.0
import { type Machine, machineOfJob, thisMachine } from './machine.ts'
import type { Registry } from './registry.ts'
import type { BaseServices, Scope, Service } from './services/service.ts'
import type { ExecContext } from './services/table.ts'

/** What a context is made of beside services: where functions are found, and the machine they run on. */
export interface ContextBase {
  readonly registry: Registry
  /** Default: this machine. */
  readonly machine?: Machine
  /** The function runs in a daemon: it can call only what may run there too. Default false. */
  readonly inDaemon?: boolean
}

/** What may differ in a derived context. */
export type DerivedFacts = {
  readonly [K in 'options' | 'grains' | 'pillar' | 'state' | 'log']?: ExecContext[K] | undefined
}

/** The member that derives a context with other facts: a name that no service can have. */
export const derivation: unique symbol = Symbol('derivation')
/** The member that provides a service by its name. */
export const provision: unique symbol = Symbol('provision')

/** What all contexts have in common; the members of a context are its services. */
export class ServiceContext {
  readonly #input: ContextBase & Readonly<Record<string, unknown>>
  readonly #scope: Scope
  readonly #made = new Map<string, unknown>()

  constructor(input: ContextBase) {
    const { registry, inDaemon = false } = input
    const { machine = inDaemon ? thisMachine : machineOfJob } = input
    this.#input = input as ContextBase & Readonly<Record<string, unknown>>
    // The table is the context's: it has at least the services that others are made of.
    this.#scope = { ctx: this as unknown as BaseServices, registry, machine, inDaemon }
  }

  /** The input is not copied: facts are read when they are looked at, and some are costly to make. */
  [derivation](facts: DerivedFacts): ServiceContext {
    const { memo } = this as unknown as ExecContext
    const changed: ContextBase = Object.create(this.#input)
    for (const [name, value] of Object.entries({ memo, ...facts })) {
      Object.defineProperty(changed, name, { value })
    }
    const Derived = this.constructor as new (input: ContextBase) => ServiceContext
    return new Derived(changed)
  }

  /** The service of this name, made when it is first looked at. */
  [provision](name: string, { make, adapt }: Service<unknown>): unknown {
    const given = this.#input[name]
    if (given !== undefined && adapt === undefined) return given
    if (this.#made.has(name)) return this.#made.get(name)
    const value = given === undefined ? make?.(this.#scope) : adapt?.(given, this.#scope)
    this.#made.set(name, value)
    return value
  }
}
