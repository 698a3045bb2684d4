// SPDX-License-Identifier: Apache-2.0
import { setImmediate as nextTurn } from 'node:timers/promises'
import { lockDirectory, makeOwnDirectory, masterDirectories, ResourceStack } from '@halite/core'
import type { HandlerTable } from '@halite/transport'
import { authoriser, unlessClosing } from './authorise.ts'
import type { KeyStore } from './keys/key-store.ts'
import { wheelContext } from './master-context.ts'
import { MasterParts, masterId, type RunningMasterInit } from './master-parts.ts'
import { MasterTops } from './master-tops.ts'
import { localRequests } from './requests/local-requests.ts'
import { minionRequests } from './requests/minion-requests.ts'

/** A master from its start to its end: opens its parts, starts them, and releases them together. */
export class RunningMaster {
  readonly #parts: MasterParts
  readonly #resources: ResourceStack
  #isClosing = false

  /** Rejects with `ALREADY_RUNNING`, `ADDRESS_IN_USE`, `STORE_FAILED` and similar errors, with everything released. */
  static async open(init: RunningMasterInit): Promise<RunningMaster> {
    const resources = new ResourceStack()
    const options = init.live.current
    try {
      for (const directory of masterDirectories(options)) makeOwnDirectory(directory.path, directory)
      // Another master on the same sockets would take them over, whatever its `cachedir`.
      for (const directory of new Set([options.cachedir, options.sock_dir]))
        resources.add(lockDirectory(directory, 'salt-master'), (lock) => lock.release())
      const master = new RunningMaster(init, resources)
      await master.#start()
      return master
    } catch (error) {
      await resources.release()
      throw error
    }
  }

  private constructor(init: RunningMasterInit, resources: ResourceStack) {
    this.#parts = new MasterParts(init, resources)
    this.#resources = resources
  }

  async #start(): Promise<void> {
    const { runs, minions, locals, doors, maintenance, files, records, log, identity } = this.#parts
    await runs.removeLeftovers()
    await minions.start(this.#minionRequests())
    await locals.start(this.#localRequests())
    doors.report()
    maintenance.start()
    files.start()
    records.pillar.start()
    runs.warm()
    log.info('master started', {
      fingerprint: identity.fingerprint,
      publish: minions.publisher.address,
      requests: minions.server.address,
    })
  }

  /** Options changed. */
  refresh(): void {
    this.#parts.runs.refresh()
    this.#parts.files.refresh()
  }

  /** As `Master.close`. */
  async close(hurry?: AbortSignal): Promise<void> {
    this.#isClosing = true
    const { maintenance, runs, options, jobs } = this.#parts
    maintenance.stop()
    await runs.close({ ms: options.drain_timeout * 1000, ...(hurry ? { hurry } : {}) })
    // Jobs that were sent are committed, and publishers still get their jids: the answers go out in this turn.
    await jobs.store.settled()
    await nextTurn()
    await jobs.batches.close()
    await this.#resources.release()
  }

  /** The keys of minions. */
  get keys(): KeyStore {
    return this.#parts.keys
  }

  /** Fingerprint of the master's key. */
  get fingerprint(): string {
    return this.#parts.identity.fingerprint
  }

  /** The ports of the bound sockets, for when port 0 was configured. */
  get ports(): { readonly publish: number; readonly ret: number } {
    const { publisher, server } = this.#parts.minions
    return { publish: portOf(publisher.address), ret: portOf(server.address) }
  }

  /** Counters and sizes: what was refused, what is queued, which minions are connected. */
  status(): Record<string, unknown> {
    const { minions, locals, doors, events, jobs, records } = this.#parts
    return {
      ...minions.snapshot(),
      local: locals.server.snapshot(),
      ...doors.snapshot(),
      events: events.counters,
      ...jobs.snapshot(),
      pillar: records.pillar.snapshot(),
      memory_rss: process.memoryUsage().rss,
    }
  }

  #minionRequests(): HandlerTable {
    return minionRequests({
      masterId,
      log: this.#parts.log,
      data: this.#parts.records.data,
      pillar: this.#parts.records.pillar,
      tops: new MasterTops({
        options: this.#parts.options,
        log: this.#parts.log.child({ part: 'tops' }),
        runs: this.#parts.runs,
        nextJid: () => this.#parts.jobs.publisher.nextJid(),
      }),
      mine: this.#parts.records.mine,
      mineReader: this.#parts.records.mineReader,
      jobs: this.#parts.jobs,
      minions: this.#parts.minions,
      files: this.#parts.files.source,
      fileTurns: this.#parts.fileTurns,
      received: this.#parts.received,
      events: this.#parts.events,
      publishPort: () => this.ports.publish,
      revoke: (id, keep) => this.#parts.keyChanges.revoke(id, keep),
    })
  }

  #localRequests(): HandlerTable {
    return localRequests({
      log: this.#parts.log.child({ part: 'publish' }),
      wheel: wheelContext(this.#parts.services()),
      authorise: unlessClosing(authoriser(this.#parts.options), () => this.#isClosing),
      jobs: this.#parts.jobs,
      runs: this.#parts.runs,
      connections: this.#parts.minions.connections,
      locals: this.#parts.locals,
      events: this.#parts.events,
      status: () => this.status(),
    })
  }
}

function portOf(address: string): number {
  return Number(address.slice(address.lastIndexOf(':') + 1))
}
