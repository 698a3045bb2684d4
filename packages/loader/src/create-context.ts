// SPDX-License-Identifier: Apache-2.0
import { isSaltError, type Logger, type MinionId } from '@halite/core'
import { bindNamed } from './bind.ts'
import {
  type DaemonContext,
  type ExecContext,
  Failed,
  type JobContext,
  type MastersContext,
  type ModuleCatalogue,
} from './context.ts'
import type { Fn } from './define.ts'
import type { FunctionKind } from './manifest.ts'
import type { Registry } from './registry.ts'
import { runLate } from './run-late.ts'

/** What a context is made of; the rest of it follows. */
export interface ContextInput {
  /** Where `call` finds functions. */
  readonly registry: Registry
  readonly id: MinionId
  readonly options: ExecContext['options']
  readonly grains: ExecContext['grains']
  readonly pillar: ExecContext['pillar']
  readonly log: Logger
  /** Ends the job; default one that never aborts. */
  readonly signal?: AbortSignal
  readonly job?: JobContext
  readonly daemon?: DaemonContext
  readonly masters?: MastersContext
  /** Default: the pillar given here. */
  readonly compilePillar?: ExecContext['compilePillar']
  /** How programs are run; default `run` of core. */
  readonly run?: ExecContext['run']
}

/**
 * The context of one job, the same in the daemon, an executor and `salt-call`. Make one for each job: its `memo` is the
 * job's own. Programs it runs are killed when `signal` aborts. `call` rejects as `Registry.function` and `bind` do, and
 * hands on what the function throws; a retcode of the called function is dropped.
 */
export function createContext(input: ContextInput): ExecContext {
  const { registry, id, job, daemon, masters } = input
  const { signal = new AbortController().signal, run: start = runLate } = input
  const context: ExecContext = {
    id,
    // Read when they are looked at: most jobs look at few of them.
    get options() {
      return input.options
    },
    get grains() {
      return input.grains
    },
    get pillar() {
      return input.pillar
    },
    log: job === undefined ? input.log : input.log.child({ jid: job.jid, fun: job.fun }),
    signal,
    job,
    daemon,
    masters,
    memo: new Map(),
    call: async (fun, kwargs = {}) => {
      const { fn } = await registry.function(fun)
      const value: unknown = await fn.run(context, bindNamed(fun, fn, kwargs))
      return value instanceof Failed ? value.value : value
    },
    compilePillar: input.compilePillar ?? (async () => input.pillar),
    run: (argv, runOptions) => start(argv, { signal, ...runOptions }),
    modules: catalogueOf(registry),
  }
  return context
}

function catalogueOf(registry: Registry): ModuleCatalogue {
  return {
    functionNames: (kind) => registry.functionNames(kind),
    moduleNames: (kind) => registry.moduleNames(kind),
    objectNames: (kind) => [...new Set(registry.entries(kind).map(({ name }) => name))].sort(),
    providers: () => registry.providers(),
    notLoaded: async () => {
      const loaded = Object.values(await registry.providers())
      const files = registry.entries('execution').map((entry) => entry.file)
      return files.filter((file) => !loaded.includes(file))
    },
    find: (name, kind) => findFunction(registry, name, kind),
  }
}

async function findFunction(
  registry: Registry,
  name: string,
  kind: FunctionKind | undefined,
): Promise<Fn | undefined> {
  try {
    return (await registry.function(name, kind)).fn
  } catch (error) {
    if (isSaltError(error, 'FUNCTION_UNKNOWN') || isSaltError(error, 'MODULE_INVALID')) return undefined
    throw error
  }
}
