// SPDX-License-Identifier: Apache-2.0
import {
  type DataMap,
  findWritten,
  isMap,
  type Logger,
  type MinionId,
  pythonStr,
  SaltError,
} from '@halite/core'
import {
  createContext,
  type ExecContext,
  type MineContext,
  type OrchestrationCalls,
  type Registry,
} from '@halite/loader'
import type { SaltCalls } from '@halite/rendering'
import type { Facts } from '@halite/targeting'
import type { FactReads } from './fact-reads.ts'
import type { PillarServices } from './settings.ts'

type Call = (args: readonly unknown[], keywords: ReadonlyMap<string, unknown>) => unknown

/** What functions of templates work with. */
export interface CallScope {
  readonly id: MinionId
  /** What the minion says of itself. */
  readonly grains: Facts
  /** What is known of the pillar while it is made. */
  readonly pillar: DataMap
  /** What was looked at is noted here. */
  readonly reads: FactReads
  readonly options: Readonly<Record<string, unknown>>
  /** Absent where only the few functions below are to be had. */
  readonly registry?: Registry | undefined
  readonly services?: PillarServices | undefined
  readonly log: Logger
  readonly signal?: AbortSignal | undefined
}

/** Modules whose functions look at their arguments, the grains and the pillar alone. */
const pure: ReadonlySet<string> = new Set(['grains', 'pillar', 'match', 'slsutil', 'defaults', 'config'])

/**
 * The functions that templates of pillar can call. They run where the pillar is made, as the master's user: with the grains
 * of the minion, and the pillar that the files and external pillars before gave. The first three answer at once.
 */
export function templateCalls(scope: CallScope): SaltCalls {
  const { grains, reads, pillar, registry } = scope
  const quick = new Map<string, Call>([
    ['grains.get', (args, keywords) => lookUp(reads.watched(grains), args, keywords)],
    [
      'grains.items',
      () => {
        reads.all = true
        return grains
      },
    ],
    ['pillar.get', (args, keywords) => lookUp(pillar, args, keywords)],
  ])
  let context: ExecContext | undefined
  return {
    has: (name) => quick.has(name) || (registry !== undefined && hasFunction(registry, name)),
    whyMissing: (name) =>
      registry === undefined
        ? `'${name}' is not available: in pillar, templates have ${[...quick.keys()].join(', ')}`
        : `'${name}' is not available on the master`,
    call(name, args, keywords) {
      const call = quick.get(name)
      if (call !== undefined) return call(args, keywords)
      if (registry === undefined) throw new SaltError('FUNCTION_UNKNOWN', `'${name}' is not available.`)
      if (!pure.has(name.split('.')[0] ?? '')) reads.isVolatile = true
      context ??= contextOf(scope, registry)
      return context.call(name, args, Object.fromEntries(keywords))
    },
  }
}

function contextOf(scope: CallScope, registry: Registry): ExecContext {
  const { id, grains, pillar, reads, options, services, log, signal } = scope
  return createContext({
    registry,
    id,
    options,
    // Names are what functions look them up by.
    grains: reads.watched(grains) as Readonly<Record<string, unknown>>,
    pillar,
    log,
    signal,
    mine: services?.mineGet === undefined ? undefined : mineOf(id, services.mineGet),
    master: services?.callMaster === undefined ? undefined : masterOf(services.callMaster),
  })
}

/** Functions of the master, such as the runner `mine.get`, may be called; a template gives minions no job. */
function masterOf(callMaster: OrchestrationCalls['callMaster']): OrchestrationCalls {
  const refuse = async () => {
    throw new SaltError(
      'COMMAND_FAILED',
      'a template of pillar cannot give minions jobs, nor wait for events',
    )
  }
  return { callMaster, command: refuse, waitForEvents: refuse }
}

/** The mine as the minion may read it, whose pillar is made; nothing is put there for it. */
function mineOf(id: MinionId, mineGet: NonNullable<PillarServices['mineGet']>): MineContext {
  const refused = async () => false
  return {
    get: (tgt, fun, tgtType) => mineGet({ id, tgt, fun, tgtType }),
    put: refused,
    delete: refused,
    flush: refused,
  }
}

/** Whether a module that may load has this function, from the manifests alone. */
function hasFunction(registry: Registry, name: string): boolean {
  const dot = name.indexOf('.')
  const [module, fun] = [name.slice(0, dot), name.slice(dot + 1)]
  return registry
    .entries('execution')
    .some((entry) => (entry.virtual ?? entry.name) === module && entry.functions?.includes(fun))
}

/** The value below the keys of `a:b`, or the default; in a list a key is a position. */
function lookUp(data: unknown, args: readonly unknown[], keywords: ReadonlyMap<string, unknown>): unknown {
  const [key = keywords.get('key'), fallback = keywords.get('default') ?? ''] = args
  const delimiter = keywords.get('delimiter')
  let value = data
  for (const part of pythonStr(key).split(typeof delimiter === 'string' ? delimiter : ':')) {
    const inner = step(value, part)
    if (inner === undefined) return fallback
    value = inner.value
  }
  return value
}

function step(value: unknown, key: string): { readonly value: unknown } | undefined {
  if (isMap(value)) return findWritten(value, key)
  const isItem = Array.isArray(value) && /^\d+$/.test(key) && Number(key) < value.length
  return isItem ? { value: value[Number(key)] } : undefined
}
