// SPDX-License-Identifier: Apache-2.0
import { type DataMap, Gate, type Jid, type Logger, type MasterOptions, SaltError } from '@halite/core'
import { collectTops, hasTops, type TopsRequest } from '@halite/loader'
import type { Runs } from './jobs/runs.ts'

export interface MasterTopsInit {
  readonly options: MasterOptions
  readonly log: Logger
  /** Runs each module in an executor. */
  readonly runs: Pick<Runs, 'modules' | 'run' | 'stop'>
  readonly nextJid: () => Jid
}

/** How long one module may take for one minion, its turn included. */
const limitMs = 20_000
/** How long all of them may take for one minion: less than it waits for the answer. */
const totalLimitMs = 50_000
/** Most minions that one module is asked for at a time: each has a process while it is. */
const maxAtOnce = 2

/** What the modules of `master_tops` say of a minion. Each runs in an executor, and costs itself alone when it fails there. */
export class MasterTops {
  readonly #init: MasterTopsInit
  /** One for each module, so that one that hangs holds up no other. */
  readonly #gates = new Map<string, Gate>()

  constructor(init: MasterTopsInit) {
    this.#init = init
  }

  /** Environment → names of sls files. Rejects never: what fails is logged and left out. */
  async of(request: TopsRequest): Promise<DataMap> {
    const { options, log, runs } = this.#init
    if (!hasTops(options)) return {}
    const registry = await runs.modules()
    const endMs = performance.now() + totalLimitMs
    const ask = (name: string) => this.#askInTurn(name, request, Math.min(endMs, performance.now() + limitMs))
    return collectTops({ registry, options, log, id: request.id, ask })
  }

  #askInTurn(name: string, request: TopsRequest, endMs: number): Promise<unknown> {
    const gate = this.#gates.get(name) ?? new Gate(maxAtOnce)
    this.#gates.set(name, gate)
    return gate.run(() => {
      const leftMs = endMs - performance.now()
      if (leftMs > 0) return this.#ask(name, request, leftMs)
      throw new SaltError('BUSY', 'it was not the turn of this minion in time')
    })
  }

  async #ask(name: string, request: TopsRequest, leftMs: number): Promise<unknown> {
    const { runs, nextJid } = this.#init
    const jid = nextJid()
    const timer = setTimeout(() => runs.stop(jid, `after ${Math.round(leftMs / 1000)} s`), leftMs)
    try {
      const run = { kind: 'tops', jid, fun: name, arg: [request], user: 'root', owner: undefined } as const
      return await runs.run(run)
    } finally {
      clearTimeout(timer)
    }
  }
}
