// SPDX-License-Identifier: Apache-2.0
import {
  type Clock,
  isDatedJid,
  type Jid,
  JidClock,
  jidTimeMs,
  type Logger,
  type MinionId,
  messageOf,
  SaltError,
} from '@halite/core'
import type { Job, Preview, PreviewReply, Publish, PublishReply } from '@halite/protocol'
import { hasWildcards, type Nodegroups } from '@halite/targeting'
import type { EpochPublisher } from '@halite/transport'
import type { EventBus } from '../events.ts'
import type { Connections, MinionSession } from '../sessions/connections.ts'
import { Batches } from './batches.ts'
import { findJob } from './find-job.ts'
import type { JobStore } from './job-store.ts'
import { isStored, type JobTracker } from './job-tracker.ts'
import { TargetSelector, type TargetSelectorInit } from './target-selector.ts'

export interface JobPublisherInit extends TargetSelectorInit {
  /** Names this master to minions that have several. */
  readonly masterId: string
  readonly clock: Clock
  readonly log: Logger
  readonly store: JobStore
  readonly tracker: JobTracker
  readonly connections: Connections
  readonly publisher: EpochPublisher
  readonly events: EventBus
  /** Sends a job down one session. */
  readonly push: (session: MinionSession, load: Job) => void
}

/** How far a jid that a caller gives may lie ahead: clocks and time zones differ. */
const maxAheadMs = 24 * 3_600_000

/** Most minions a job that names its minions is sent to one by one, so that no other minion can read its arguments. */
const maxNamed = 100

/** Publishes jobs of local clients: selects the minions, assigns a jid, saves the load, fires the event, sends. */
export class JobPublisher {
  /** Jobs that go round in groups. */
  readonly batches: Batches
  readonly #init: JobPublisherInit
  readonly #selector: TargetSelector
  readonly #jids: JidClock

  constructor(init: JobPublisherInit) {
    this.#init = init
    this.#selector = new TargetSelector(init)
    this.#jids = new JidClock()
    this.batches = new Batches({
      ...init,
      send: (load, ids, lifetimeMs) => this.#sendOneByOne(load, ids, lifetimeMs),
      findJob: (jid, ids) => this.findJob(jid, ids),
    })
  }

  /**
   * Publishes a job of an authorised user. Resolves when its load is committed and the job is on its way: both at the same
   * time. `listen` is called with the jid before anything can return; the publishing client gets no event that it is new. Rejects
   * with `TARGET_INVALID`, with `ARGUMENTS_INVALID` when the jid asked for is that of another job, and with `STORE_FAILED`
   * when the record of a batch cannot be written; whenever it rejects, nothing was sent. A job that was sent and cannot be
   * recorded has a warning in its reply, and its returns are passed on without being kept.
   */
  async publish(user: string, request: Publish, listen: (jid: Jid) => void): Promise<PublishReply> {
    const selection = await this.#selector.select(request)
    const { minions, unknown } = selection
    if (minions.length === 0) return { ...selection, absent: [] }
    const load = this.#loadOf(user, request)
    const { jid } = load
    const lifetimeMs = this.#lifetimeMs(request)
    const { batch: plan } = request
    const isKept = isStored(load) && this.#init.options.job_cache
    if (plan && isKept) await this.#init.store.saveJob(load, minions, { isBatch: true })
    if (plan) {
      this.#announce(load, minions, unknown)
      listen(jid)
      this.batches.begin({ load, minions, plan, lifetimeMs, timeoutMs: this.#timeoutMs(request) })
      return { jid, ...selection, absent: [] }
    }
    const absent = this.#send(load, minions, lifetimeMs)
    // All of this in the turn in which it was sent: before anything can return, and while the minions work.
    this.#announce(load, minions, unknown)
    listen(jid)
    const warning = isKept ? await this.#record(load, minions) : undefined
    return { jid, ...selection, absent, ...(warning === undefined ? {} : { warning }) }
  }

  /** Which minions a target selects, without sending anything. Rejects with `TARGET_INVALID`. */
  preview(request: Preview): Promise<PreviewReply> {
    return this.#selector.select(request)
  }

  /** Records a job that was sent. When that fails the job runs all the same: what its caller has to know is returned. */
  async #record(load: Job, minions: readonly MinionId[]): Promise<string | undefined> {
    const { store, tracker, log } = this.#init
    try {
      await store.saveJob(load, minions)
      return undefined
    } catch (error) {
      tracker.disown(load.jid)
      log.error('job is not kept', { jid: load.jid, reason: messageOf(error) })
      return `job ${load.jid} runs and is not kept: ${messageOf(error)}`
    }
  }

  /** Kills a job on these minions, as the user of the master. Resolves once it is published. */
  async kill(jid: Jid, ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return
    const question: Publish = { fun: 'saltutil.kill_job', arg: [jid], tgt: [...ids], tgt_type: 'list' }
    await this.publish(this.#init.options.user, question, () => undefined)
  }

  /** Which of these minions report that they run a job, asked in the name of the master, or restart with it. */
  async findJob(jid: Jid, ids: readonly MinionId[]): Promise<ReadonlySet<string>> {
    if (ids.length === 0) return new Set()
    const { options, events, clock, tracker } = this.#init
    const publish = (request: Publish, listen: (own: Jid) => void) =>
      this.publish(options.user, request, listen)
    const context = { events, clock, publish, timeoutMs: options.gather_job_timeout * 1000 }
    const running = new Set(await findJob(context, jid, ids))
    for (const id of ids) {
      if (running.has(id)) tracker.isThere(jid, id)
      else if (tracker.absence(jid, id)?.isOver === false) running.add(id)
    }
    return running
  }

  /** A jid of this master that no job has. */
  nextJid(): Jid {
    return this.#jids.next()
  }

  #loadOf(user: string, request: Publish): Job {
    const { fun, arg, tgt, tgt_type, ret, delimiter, metadata, start_event } = request
    const jid = this.#jidOf(request)
    const groups =
      tgt_type === 'nodegroup' || tgt_type === 'compound' ? (this.#init.options.nodegroups as Nodegroups) : {}
    return {
      jid,
      fun,
      arg,
      tgt,
      tgt_type,
      ret: ret ?? '',
      user,
      master_id: this.#init.masterId,
      ...(delimiter === undefined ? {} : { delimiter }),
      ...(Object.keys(groups).length === 0 ? {} : { nodegroups: groups }),
      ...(metadata === undefined ? {} : { metadata }),
      ...(start_event ? { start_event } : {}),
    }
  }

  /** Minions ignore a jid they have seen: under that of another job nothing would run, and its record would be lost. */
  #jidOf({ jid }: Publish): Jid {
    if (jid === undefined) return this.nextJid()
    const { store, tracker } = this.#init
    // Jobs are kept and listed by the time in their jid.
    if (!isDatedJid(jid) || jidTimeMs(jid) > this.#init.clock.wallMs() + maxAheadMs) {
      throw new SaltError('ARGUMENTS_INVALID', `the jid ${jid} is not a moment up to tomorrow`, {
        hint: 'Leave the jid out, and the master makes one.',
      })
    }
    if (store.load(jid) === undefined && tracker.get(jid) === undefined) return jid
    throw new SaltError('ARGUMENTS_INVALID', `there is a job ${jid} already`, {
      hint: 'Leave the jid out, and the master makes one.',
    })
  }

  #announce(load: Job, minions: readonly MinionId[], missing: readonly string[]): void {
    const { jid, tgt, tgt_type, fun, arg, user, metadata } = load
    this.#init.events.fireWith(`salt/job/${jid}/new`, () => ({
      jid,
      tgt_type,
      tgt,
      user,
      fun,
      arg,
      ...(metadata === undefined ? {} : { metadata }),
      minions,
      missing,
    }))
  }

  /** Sends the job; returns the minions that will not get it, with the reason. */
  #send(load: Job, minions: readonly MinionId[], lifetimeMs: number): { id: MinionId; reason: string }[] {
    const { connections, tracker, publisher, push } = this.#init
    const absent: { id: MinionId; reason: string }[] = []
    const sessions: MinionSession[] = []
    let broadcast = false
    const oneByOne = isNamed(load) && minions.length <= maxNamed
    for (const id of minions) {
      const own = connections.of(id)
      if (own.size === 0 && !connections.mayReturn(id)) absent.push({ id, reason: connections.absence(id) })
      for (const { session, epochs } of own) {
        if (oneByOne || !epochs.has(publisher.epochKey)) sessions.push(session)
        else broadcast = true
      }
    }
    const away = new Set(absent.map(({ id }) => id))
    const job = tracker.add(
      load,
      minions.filter((id) => !away.has(id)),
      lifetimeMs,
    )
    if (broadcast) job.published = { epoch: publisher.epochKey, n: publisher.publishJob(load) }
    for (const session of sessions) push(session, load)
    return absent
  }

  /** Sends a job to these minions, down each of their sessions. */
  #sendOneByOne(load: Job, ids: readonly MinionId[], lifetimeMs: number): void {
    const { connections, tracker, push } = this.#init
    tracker.add(load, ids, lifetimeMs)
    for (const id of ids) for (const { session } of connections.of(id)) push(session, load)
  }

  #timeoutMs({ timeout }: Publish): number {
    return (timeout ?? this.#init.options.timeout) * 1000
  }

  #lifetimeMs(request: Publish): number {
    return this.#timeoutMs(request) + this.#init.options.gather_job_timeout * 1000
  }
}

/** Whether a target names its minions, rather than describing them. */
function isNamed({ tgt, tgt_type }: Job): boolean {
  if (tgt_type === 'list') return true
  return tgt_type === 'glob' && typeof tgt === 'string' && !hasWildcards(tgt)
}
