// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path'
import { type Logger, OrphanGuard, SaltError } from '@halite/core'
import type {
  Apart,
  ApartCall,
  ApartContext,
  CalledResult,
  DaemonServices,
  OrchestrationCalls,
  ReadSiteModule,
} from '@halite/loader'
import type { ExecutorFiles } from '../executor-child.ts'
import { ExecutorProcess } from '../executor-process.ts'
import { defaultGraces } from '../executor-settings.ts'
import { FactBook, type FactPart } from '../facts.ts'
import { leftoversFolder } from '../leftover-ledger.ts'
import { memoryLimit } from '../memory-guard.ts'
import { orphanGraceMs } from '../messages.ts'
import { minionAsks } from '../minion-asks.ts'
import { orchestrationAsks } from '../orchestration-asks.ts'
import { removeLeftovers } from '../remove-leftovers.ts'
import { ApartProcess } from './apart-process.ts'

export interface SiteProcessesInit {
  readonly files: ExecutorFiles
  readonly site: () => readonly (readonly ReadSiteModule[])[]
  /** The services that the run asks its daemon for, as far as it has any. */
  readonly services: Partial<DaemonServices>
  /** The master, of an orchestration. */
  readonly master?: OrchestrationCalls
  readonly log: Logger
}

const returnLimits = { maxBytes: 64 * 1024 * 1024, maxDepth: 256, maxValues: 1_000_000 }

/**
 * The processes beside a run of states that code of the site runs in: one, and more where states run beside one another. Each
 * is kept for the next function, unless one took it with it.
 */
export class SiteProcesses implements Apart {
  readonly #init: SiteProcessesInit
  readonly #idle: ApartProcess[] = []
  readonly #all = new Set<ApartProcess>()
  readonly #orphans = new OrphanGuard(orphanGraceMs + 1000)
  readonly #facts: FactBook
  #ctx: ApartContext | undefined
  #known: Partial<Record<FactPart, unknown>> = {}

  constructor(init: SiteProcessesInit) {
    this.#init = init
    this.#facts = new FactBook(() => {
      const { options = {}, grains = {}, pillar = {} } = this.#ctx ?? {}
      return { options, grains, pillar, site: init.site() }
    })
  }

  async run(ctx: ApartContext, call: ApartCall): Promise<CalledResult> {
    const { state } = ctx
    if (state === undefined) throw new SaltError('COMMAND_FAILED', `${call.fun} was called outside a state`)
    this.#noteFacts(ctx)
    const process = this.#acquire(ctx)
    const { services, master } = this.#init
    try {
      return await process.run(ctx, {
        call,
        state,
        asks: { ...minionAsks(services as DaemonServices), ...(master && orchestrationAsks(master)) },
        services: [...Object.keys(services), ...(master === undefined ? [] : ['master'])],
        timeLimitMs: seconds(ctx.options['site_code_time_max']),
      })
    } finally {
      this.#release(process)
    }
  }

  /** Lets the processes end. */
  close(): void {
    for (const process of this.#all) process.leave()
    this.#orphans.close()
  }

  /** A state may have the grains or the pillar made again: the next function sees what is there then. */
  #noteFacts(ctx: ApartContext): void {
    const { options, grains, pillar } = ctx
    const now = { options, grains, pillar }
    const changed = (Object.keys(now) as (keyof typeof now)[]).filter(
      (part) => now[part] !== this.#known[part],
    )
    this.#ctx = ctx
    this.#known = now
    this.#facts.changed(changed)
  }

  #acquire({ id, options }: ApartContext): ApartProcess {
    for (let process = this.#idle.pop(); process !== undefined; process = this.#idle.pop()) {
      if (process.usable) return process
      this.#all.delete(process)
    }
    const { files, log } = this.#init
    const executor = new ExecutorProcess(files, {
      id,
      log,
      returnLimits,
      facts: this.#facts,
      orphans: this.#orphans,
      graces: defaultGraces,
      memoryLimit: memoryLimit(Number(options['job_memory_max'] ?? -1)),
      blockedLimitMs: seconds(options['site_code_blocked_max']),
      work: 'function',
      clear: (pid) =>
        removeLeftovers({ directory: join(String(options['cachedir']), leftoversFolder), pid, log }),
    })
    const process = new ApartProcess(executor)
    this.#all.add(process)
    return process
  }

  #release(process: ApartProcess): void {
    if (process.usable) this.#idle.push(process)
    else {
      this.#all.delete(process)
      process.leave()
    }
  }
}

/** Milliseconds of an option in seconds, where 0 stands for no limit. */
function seconds(option: unknown): number {
  const value = Number(option ?? 0)
  return value > 0 ? value * 1000 : Number.POSITIVE_INFINITY
}
