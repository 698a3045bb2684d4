// SPDX-License-Identifier: Apache-2.0
import { setTimeout as delay } from 'node:timers/promises'
import { isMap, type MinionId, messageOf, pythonStr, valueAt } from '@halite/core'
import { type CommandReturn, keywordMap, type MasterContext, type Presence } from '@halite/loader'
import { compareVersions, isVersion } from '@halite/updater'
import { presenceOf } from '../manage/selected-minions.ts'
import type { Rollout, RolloutFiles, RolloutGroup, RolloutMinion } from './rollout-files.ts'
import { countsOf } from './shown-rollout.ts'

/** How often a wait looks whether somebody wants it to end. */
const lookMs = 500

/** Nothing more is begun, for a reason that is no error of this program. */
class Ended extends Error {
  readonly status: 'halted' | 'stopped'

  constructor(status: 'halted' | 'stopped', reason: string) {
    super(reason)
    this.status = status
  }
}

/** Works on one roll-out: group by group, a few minions at a time, and after each group a while in which it has to stay well. */
export class RolloutRun {
  readonly #ctx: MasterContext
  readonly #files: RolloutFiles
  readonly #rollout: Rollout

  /** Owns `rollout` from then on, and holds the lock of `files`. */
  constructor(ctx: MasterContext, files: RolloutFiles, rollout: Rollout) {
    this.#ctx = ctx
    this.#files = files
    this.#rollout = rollout
  }

  /**
   * Goes on from where it stands, to its end or until it is halted or stopped. Rejects when it is interrupted; what it has come to is
   * kept in every case.
   */
  async run(): Promise<Rollout> {
    const { status } = this.#rollout
    this.#files.forgetStop(this.#rollout.id)
    await this.#become('running', '')
    await this.#fire('start', { version: this.#rollout.version, before: status })
    try {
      for (const group of this.#rollout.groups) if (group.status !== 'done') await this.#runGroup(group)
      await this.#become('done', '')
    } catch (error) {
      if (!(error instanceof Ended)) {
        await this.#become('interrupted', `the runner ended: ${messageOf(error)}`)
        throw error
      }
      await this.#become(error.status, error.message)
    }
    this.#files.forgetStop(this.#rollout.id)
    return this.#rollout
  }

  async #runGroup(group: RolloutGroup): Promise<void> {
    group.status = 'running'
    await this.#settle(group)
    const waiting = () => group.minions.filter(({ state }) => state === 'pending')
    await this.#fire('group', { group: group.name, minions: waiting().map(({ id }) => id) })
    while (waiting().length > 0) {
      this.#checkStop()
      await this.#runWave(waiting().slice(0, this.#rollout.batch))
      await this.#fire('progress', { group: group.name, ...countsOf(group) })
      this.#checkFailures()
    }
    if (group !== this.#rollout.groups.at(-1)) await this.#soak(group)
    group.status = 'done'
    this.#save()
  }

  /** What a run before this one had begun: the master knows which version a minion that is connected runs. */
  async #settle(group: RolloutGroup): Promise<void> {
    const versions = await this.#versions()
    for (const minion of group.minions) {
      const isOpen = minion.state === 'running' || minion.state === 'pending'
      if (!isOpen) continue
      if (this.#has(versions.get(minion.id))) become(minion, 'updated', 'it runs the version already')
      else become(minion, 'pending', '')
    }
    this.#save()
  }

  /** They are noted as begun before they are, so that no crash makes them look untouched. */
  async #runWave(wave: readonly RolloutMinion[]): Promise<void> {
    const { version, allow_downgrade, timeout } = this.#rollout
    for (const minion of wave) become(minion, 'running', '')
    this.#save()
    const { returns, missing } = await this.#ctx.command({
      fun: 'saltutil.update',
      arg: [version, keywordMap({ allow_downgrade })],
      tgt: wave.map(({ id }) => id),
      tgt_type: 'list',
      timeout,
    })
    this.#ctx.signal.throwIfAborted()
    const versions = await this.#versions()
    for (const minion of wave) {
      const absence = missing.find(({ id }) => id === minion.id)
      const answer = returns[minion.id]
      if (answer !== undefined) this.#judge(minion, answer, versions.get(minion.id))
      else if (absence?.status === 'Not connected') become(minion, 'absent', absence.reason)
      else become(minion, 'failed', absence?.reason ?? 'it did not return')
    }
    this.#save()
  }

  /** A minion says that there is nothing newer also where it has the version: that is no failure. */
  #judge(
    minion: RolloutMinion,
    { return: value, retcode }: CommandReturn,
    found: Presence | undefined,
  ): void {
    const error = isMap(value) ? valueAt(value, '_error') : undefined
    if (error === undefined && retcode === 0) become(minion, 'updated', '')
    else if (retcode === 0 && this.#has(found)) become(minion, 'updated', 'it runs the version already')
    else become(minion, 'failed', reasonIn(value))
  }

  /** A new version may fail after an hour of work: those that have it must still be there, with it, when the time is over. */
  async #soak(group: RolloutGroup): Promise<void> {
    const { soak } = this.#rollout
    group.status = 'soaking'
    await this.#become('soaking', '')
    await this.#fire('soak', { group: group.name, seconds: soak })
    const endMs = performance.now() + soak * 1000
    for (let leftMs = soak * 1000; leftMs > 0; leftMs = endMs - performance.now()) {
      this.#checkStop()
      await delay(Math.min(leftMs, lookMs), undefined, { signal: this.#ctx.signal })
    }
    this.#checkStop()
    await this.#lookAgain()
    this.#checkFailures()
    await this.#become('running', '')
  }

  /** One that returned too late has come round since; one that was lost or went back has not kept what it had. */
  async #lookAgain(): Promise<void> {
    const versions = await this.#versions()
    const begun = this.#rollout.groups.filter(({ status }) => status !== 'pending')
    for (const minion of begun.flatMap(({ minions }) => minions)) {
      const found = versions.get(minion.id)
      if (minion.state === 'failed' && this.#has(found)) become(minion, 'updated', 'it came late')
      if (minion.state !== 'updated' || this.#has(found)) continue
      const isGone = found === undefined || !found.connected
      become(minion, 'failed', isGone ? 'it was lost after the update' : `it runs ${found.version} again`)
    }
    this.#save()
  }

  #checkStop(): void {
    const reason = this.#files.stopRequest(this.#rollout.id)
    if (reason !== undefined) throw new Ended('stopped', reason)
  }

  #checkFailures(): void {
    const { groups, fail_max: most } = this.#rollout
    const failed = groups.flatMap(({ minions }) => minions).filter(({ state }) => state === 'failed')
    if (failed.length <= most) return
    const named = failed.slice(0, 3).map(({ id, reason }) => `${id}: ${reason}`)
    throw new Ended('halted', `${failed.length} failed, ${most} may: ${named.join('; ')}`)
  }

  async #versions(): Promise<ReadonlyMap<MinionId, Presence>> {
    return new Map((await presenceOf(this.#ctx)).map((one) => [one.id, one]))
  }

  #has(found: Presence | undefined): boolean {
    return (
      found?.connected === true &&
      isVersion(found.version) &&
      compareVersions(found.version, this.#rollout.version) === 0
    )
  }

  async #become(status: Rollout['status'], reason: string): Promise<void> {
    this.#rollout.status = status
    this.#rollout.reason = reason.slice(0, 4096)
    this.#save()
    if (status !== 'running' && status !== 'soaking') await this.#fire(status, { reason })
  }

  #save(): void {
    this.#files.save(this.#rollout)
  }

  async #fire(what: string, data: Readonly<Record<string, unknown>>): Promise<void> {
    const { id, version } = this.#rollout
    await this.#ctx.fireEvent(`salt/update/rollout/${id}/${what}`, { rollout: id, version, ...data })
  }
}

function become(minion: RolloutMinion, state: RolloutMinion['state'], reason: string): void {
  minion.state = state
  minion.reason = reason.slice(0, 4096)
}

/** What `saltutil.update` says of a failure, and the text of any other. */
function reasonIn(value: unknown): string {
  if (!isMap(value)) return pythonStr(value)
  const parts = [valueAt(value, '_error'), valueAt(value, 'comment')].filter((part) => part !== undefined)
  return parts.length === 0 ? pythonStr(value) : parts.map(pythonStr).join('. ')
}
