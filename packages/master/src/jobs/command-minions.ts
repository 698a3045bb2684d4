// SPDX-License-Identifier: Apache-2.0
import { batchSize, type Clock, isRecord, type Jid, type MinionId, shuffled, unpack } from '@halite/core'
import type { CommandOutcome, CommandReturn, MinionCommand, SkippedMinion } from '@halite/loader'
import { loads, type Publish, type PublishReply, type WireEvent } from '@halite/protocol'
import type { EventBus } from '../events.ts'
import { returnGraceMs } from './find-job.ts'

/** What a command goes through. */
export interface CommandContext {
  readonly events: EventBus
  readonly clock: Clock
  /** Publishes in the name of whoever runs the master; `listen` is called before anything can return. */
  readonly publish: (request: Publish, listen: (jid: Jid) => void) => Promise<PublishReply>
  /** The minions that a target selects, those that are connected first. */
  readonly select: (request: Publish) => Promise<readonly MinionId[]>
  /** Which of these minions still run a job. */
  readonly findJob: (jid: Jid, ids: readonly MinionId[]) => Promise<ReadonlySet<string>>
  /** Seconds after which minions are asked whether they still run it. */
  readonly timeout: number
}

/** Gives minions a job and follows it until each of them has returned, or does not run it. Rejects as publishing does. */
export async function commandMinions(
  context: CommandContext,
  command: MinionCommand,
  signal: AbortSignal,
): Promise<CommandOutcome> {
  const request = await requestOf(context, command)
  if (request === undefined) return { minions: [], returns: {}, missing: [] }
  const following = new Following(context, signal)
  try {
    return await following.run(request, command.timeout ?? context.timeout)
  } finally {
    context.events.forget(following)
  }
}

/** Undefined when there is nobody of whom some could be chosen. */
async function requestOf(context: CommandContext, command: MinionCommand): Promise<Publish | undefined> {
  const { batch, failhard = false, subset, ...asked } = command
  const plan = batch === undefined ? {} : { batch: { ...batchSize(batch), wait: 0, failhard } }
  const request = loads.publishSchema({ ...asked, ...plan }, 'job')
  if (subset === undefined) return request
  const chosen = (await context.select(request)).slice(0, subset)
  return chosen.length === 0 ? undefined : { ...request, tgt: chosen, tgt_type: 'list' }
}

/** Connected minions in a random order, and behind them the others. */
export function inRandomOrder(
  ids: readonly MinionId[],
  isConnected: (id: MinionId) => boolean,
): readonly MinionId[] {
  const order = shuffled(ids)
  return [...order.filter(isConnected), ...order.filter((id) => !isConnected(id))]
}

/** One job that is followed. */
class Following {
  readonly #context: CommandContext
  readonly #signal: AbortSignal
  readonly #returns = new Map<string, CommandReturn>()
  readonly #missing = new Map<string, SkippedMinion>()
  readonly #waiting = new Set<MinionId>()
  readonly #over = new AbortController()
  #isPublished = false

  constructor(context: CommandContext, signal: AbortSignal) {
    this.#context = context
    this.#signal = signal
  }

  async run(request: Publish, timeout: number): Promise<CommandOutcome> {
    const { events, publish } = this.#context
    const { jid, minions, absent } = await publish(request, (own) =>
      events.subscribe(this, `salt/job/${own}/`, (arrived) => this.#take(arrived)),
    )
    for (const { id, reason } of absent) this.#miss(id, 'Not connected', reason)
    for (const id of minions) if (!this.#returns.has(id) && !this.#missing.has(id)) this.#waiting.add(id)
    this.#isPublished = true
    if (jid !== undefined) await this.#wait(jid, { timeout, isBatch: request.batch !== undefined })
    return {
      ...(jid === undefined ? {} : { jid }),
      minions,
      returns: Object.fromEntries(this.#returns),
      missing: [...this.#missing.values()],
    }
  }

  /** A batch says itself when it is over; of other jobs minions are asked when they are silent. */
  async #wait(jid: Jid, { timeout, isBatch }: { timeout: number; isBatch: boolean }): Promise<void> {
    const { clock, findJob } = this.#context
    const ended = AbortSignal.any([this.#signal, this.#over.signal])
    while (this.#waiting.size > 0 && !ended.aborted) {
      await clock.sleep(timeout * 1000, ended).catch(() => undefined)
      if (isBatch || ended.aborted) continue
      const running = await findJob(jid, [...this.#waiting])
      const silent = [...this.#waiting].filter((id) => !running.has(id))
      if (silent.length > 0) await clock.sleep(returnGraceMs, ended).catch(() => undefined)
      for (const id of silent)
        if (this.#waiting.has(id)) this.#miss(id, 'No response', 'does not run the job and has not returned')
    }
  }

  #take(arrived: readonly WireEvent[]): void {
    for (const { tag, data } of arrived) {
      if (!isRecord(data)) continue
      if (tag.includes('/ret/')) this.#takeReturn(data)
      else if (/\/batch\/(complete|halted)$/.test(tag)) this.#endBatch()
    }
    if (this.#isPublished && this.#waiting.size === 0) this.#over.abort()
  }

  #takeReturn({ id, return: packed, retcode, success, out }: Readonly<Record<string, unknown>>): void {
    if (!(packed instanceof Uint8Array)) return
    const name = String(id)
    this.#returns.set(name, {
      return: unpack(packed, loads.returnLimits),
      retcode: Number(retcode),
      success: success === true,
      ...(typeof out === 'string' ? { out } : {}),
    })
    this.#missing.delete(name)
    this.#waiting.delete(name as MinionId)
  }

  /** Whoever has not returned by then does not. */
  #endBatch(): void {
    for (const id of [...this.#waiting]) this.#miss(id, 'No response', 'did not return in the batch')
  }

  #miss(id: MinionId, status: string, reason: string): void {
    this.#waiting.delete(id)
    if (!this.#returns.has(id)) this.#missing.set(id, { id, status, reason })
  }
}
