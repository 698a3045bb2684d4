// SPDX-License-Identifier: Apache-2.0
import type { DataMap, Decoder, Logger, MinionId } from '@halite/core'
import type { Apart } from '../apart.ts'
import type { JobContext, Leftovers, MastersContext } from '../context.ts'
import type { Machine } from '../machine.ts'
import type { Registry } from '../registry.ts'
import type { StateCall } from '../state-call.ts'

/**
 * Who provides a service: `job`, whoever runs the job hands it in; `executor`, it is made in the process that runs the
 * function; `daemon`, the process asks its daemon for it.
 */
export type Provider = 'job' | 'executor' | 'daemon'

/**
 * One service of `ctx`. What whoever runs the job hands in comes first; `make` makes it where nothing was handed in;
 * without `make` it is undefined there.
 */
export interface Service<T, P extends Provider = Provider, Needed extends boolean = boolean> {
  readonly provider: P
  /** Whether a context cannot be made without it. */
  readonly needed: Needed
  readonly make?: (scope: Scope) => T
  /** Turns what was handed in into what functions see. */
  readonly adapt?: (given: T, scope: Scope) => T
  /** Asked of the daemon: decoders of the arguments, by function; a list where the service is itself a function. */
  readonly asks?: Asks<T>
}

/** The services that others are made of; the table has to have them. */
export interface BaseServices {
  readonly id: MinionId
  readonly options: Readonly<Record<string, unknown>>
  readonly grains: Readonly<Record<string, unknown>>
  readonly log: Logger
  readonly signal: AbortSignal
  readonly job: JobContext | undefined
  readonly pillar: DataMap
  readonly masters: MastersContext | undefined
  readonly leftovers: Leftovers
  readonly apart: Apart | undefined
  readonly state: StateCall | undefined
}

/** What a service is made of. */
export interface Scope {
  readonly ctx: BaseServices
  readonly registry: Registry
  readonly machine: Machine
  readonly inDaemon: boolean
}

/** The decoders of what is asked: arguments come from a process that may run anybody's module. */
export type Asks<T> = T extends (...args: never) => unknown
  ? ArgumentsOf<T>
  : T extends object
    ? { readonly [M in keyof T]: ArgumentsOf<T[M]> }
    : never

type ArgumentsOf<F> = F extends (...args: infer A) => unknown ? Decoders<A> : never

type Decoders<A extends readonly unknown[]> = { readonly [I in keyof A]-?: Decoder<A[I]> }

/** Services by name. */
// biome-ignore lint/suspicious/noExplicitAny: a table holds services of every type
export type ServiceTable = Readonly<Record<string, Service<any>>>

/** What a function sees of the services of a table. */
export type ContextOf<S extends ServiceTable> = { readonly [K in keyof S]: Seen<S[K]> }

// biome-ignore lint/suspicious/noExplicitAny: as above
type Seen<S> = S extends Service<infer T, any, any> ? T : never

type NamesOf<S extends ServiceTable, Wanted> = {
  [K in keyof S]: S[K] extends Wanted ? K : never
}[keyof S]

/** What a daemon provides to its jobs, by service. */
export type DaemonPart<S extends ServiceTable> = {
  // biome-ignore lint/suspicious/noExplicitAny: as above
  readonly [K in NamesOf<S, Service<any, 'daemon'>>]: Exclude<Seen<S[K]>, undefined>
}

/** What whoever runs a job hands in. */
export type GivenPart<S extends ServiceTable> = {
  // biome-ignore lint/suspicious/noExplicitAny: as above
  readonly [K in NamesOf<S, Service<any, Provider, true>>]: Seen<S[K]>
} & {
  // biome-ignore lint/suspicious/noExplicitAny: as above
  readonly [K in Exclude<keyof S, NamesOf<S, Service<any, Provider, true>>>]?: Seen<S[K]> | undefined
}

/*
 * The four ways in which a service comes to be. The type is written out where a row is made of other services: the
 * compiler cannot infer it from a context that the row is part of.
 */

/** Handed in with the job. */
export type Fact<T> = Service<T, 'job', true>

/** Handed in with the job, or made where it was not. */
export type OptionalFact<T> = Service<T, 'job', false>

/** Made in the process of the function. */
export type Made<T> = Service<T, 'executor', false>

/** Asked of the daemon. */
export type Asked<T> = Service<T, 'daemon', false>

/** A fact of the job that must be handed in. */
export function fact<T>(adapt?: (given: T, scope: Scope) => T): Fact<T> {
  return { provider: 'job', needed: true, ...(adapt === undefined ? {} : { adapt }) }
}

/** A fact of the job with a value where none is handed in. */
export function optionalFact<T>(make: (scope: Scope) => T): OptionalFact<T> {
  return { provider: 'job', needed: false, make }
}

/** A service that the process of the function makes itself. */
export function made<T>(make: (scope: Scope) => T): Made<T> {
  return { provider: 'executor', needed: false, make }
}

/** A service of the daemon. Without a daemon, as under `salt-call --local`, `otherwise` makes it. */
export function asked<T>(asks: Asks<Exclude<T, undefined>>, otherwise?: (scope: Scope) => T): Asked<T> {
  // `Asks<T>` of a service that may be absent is that of the service.
  const fixed = asks as Asks<T>
  return { provider: 'daemon', needed: false, asks: fixed, ...(otherwise && { make: otherwise }) }
}
