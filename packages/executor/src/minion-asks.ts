// SPDX-License-Identifier: Apache-2.0
import type { Decoder } from '@halite/core'
import { type DaemonPart, type DaemonServices, type ServiceTable, services } from '@halite/loader'
import type { Asker, AskTable } from './asks.ts'

/** What a minion answers to its jobs. */
export function minionAsks(provided: DaemonServices): AskTable {
  return asksOf(services, provided)
}

/** The minion's services as a job in an executor has them. */
export function askedMinion(asker: Asker): DaemonServices {
  return askedServices(services, asker)
}

/** What a daemon answers, given what it provides of a table: every argument passes its decoder first. */
export function asksOf<S extends ServiceTable>(table: S, provided: DaemonPart<S>): AskTable {
  const given = provided as Readonly<Record<string, unknown>>
  return Object.fromEntries(
    askedFunctions(table).map(({ service, method, name, decoders }) => {
      const owner = given[service]
      return [name, (args: readonly unknown[]) => callOn(owner, method, checked(decoders, args))]
    }),
  )
}

/** The services of a table that a daemon provides, carried there and back. An answer that is absent is undefined. */
export function askedServices<S extends ServiceTable>(table: S, asker: Asker): DaemonPart<S> {
  const made: Record<string, unknown> = {}
  for (const { service, method, name } of askedFunctions(table)) {
    const ask = async (...args: unknown[]) => (await asker.ask(name, ...args)) ?? undefined
    if (method === undefined) made[service] = ask
    else made[service] = Object.assign(made[service] ?? {}, { [method]: ask })
  }
  // Every function of every service of the daemon is there; it answers with what its own gives.
  return made as DaemonPart<S>
}

interface AskedFunction {
  readonly service: string
  /** Absent where the service is itself a function. */
  readonly method: string | undefined
  /** What it is asked for by. */
  readonly name: string
  readonly decoders: readonly Decoder<unknown>[]
}

function askedFunctions(table: ServiceTable): AskedFunction[] {
  return Object.entries(table).flatMap(([service, { asks }]): AskedFunction[] => {
    if (asks === undefined) return []
    if (Array.isArray(asks)) return [{ service, method: undefined, name: service, decoders: asks }]
    return Object.entries(asks).map(([method, decoders]) => ({
      service,
      method,
      name: `${service}.${method}`,
      // The type of a row says so.
      decoders: decoders as readonly Decoder<unknown>[],
    }))
  })
}

function checked(decoders: readonly Decoder<unknown>[], args: readonly unknown[]): unknown[] {
  return decoders.map((decode, index) => decode(args[index] ?? undefined, `argument ${index + 1}`))
}

function callOn(owner: unknown, method: string | undefined, args: readonly unknown[]): unknown {
  // What the daemon provides has these functions: its type says so.
  if (method === undefined) return (owner as (...args: readonly unknown[]) => unknown)(...args)
  return (owner as Readonly<Record<string, (...args: readonly unknown[]) => unknown>>)[method]?.(...args)
}
