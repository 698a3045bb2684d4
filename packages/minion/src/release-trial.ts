// SPDX-License-Identifier: Apache-2.0
import { type FrozenRelease, frozenRelease, isRecord, type Logger, messageOf } from '@halite/core'
import { type PackedResult, packResult } from '@halite/executor'
import { loads } from '@halite/protocol'
import {
  confirm,
  forgetVerdict,
  Layout,
  parseReleaseName,
  readTrial,
  readVerdict,
  settleTrial,
  type Verdict,
} from '@halite/updater'

/** What a trial needs of its minion. */
export interface ReleaseTrialInit {
  readonly id: string
  readonly log: Logger
  /** Fires `minion/<id>/<tag>` on the masters; resolves to whether all took it. */
  readonly fire: (tag: string, data: unknown) => Promise<boolean>
  /** Answers a job that a former process left. */
  readonly answer: (jid: string, result: PackedResult) => void
  /** Default: the release that this process runs from. */
  readonly release?: FrozenRelease | undefined
}

/** How long a version that does not need a master has to stay up. */
const startedMs = 10_000

/**
 * Whether the frozen release that this minion runs from proves itself, and what became of the last one that had to: the
 * masters hear of it by an event, and the job that asked for the update is answered.
 */
export class ReleaseTrial {
  readonly #init: ReleaseTrialInit
  readonly #release: FrozenRelease | undefined
  readonly #layout: Layout
  #verdict: Verdict | undefined
  #left: readonly string[] = []
  #isReporting = false
  #timer: NodeJS.Timeout | undefined

  constructor(init: ReleaseTrialInit) {
    this.#init = init
    this.#release = init.release ?? frozenRelease()
    this.#layout = new Layout(this.#release?.root ?? '/nowhere')
  }

  /** Looks at what is on disk; `jids` are of jobs that a former process left. */
  begin(jids: readonly string[]): void {
    if (this.#release === undefined) return
    this.#left = jids
    try {
      const trial = settleTrial(this.#layout)
      this.#verdict = readVerdict(this.#layout)
      if (trial?.version === this.#release.name && trial.needs === 'start')
        this.#timer = setTimeout(() => this.#confirm('it started and stays up'), startedMs)
      if (trial === undefined) this.#answerLeft()
    } catch (error) {
      this.#init.log.error('what became of the last update cannot be read', { reason: messageOf(error) })
    }
  }

  /** A master has authenticated: what the version on trial has to reach. */
  reachedMaster(master: string): void {
    if (this.#release === undefined) return
    this.#confirm(`it reached the master ${master}`)
    void this.#report()
  }

  close(): void {
    clearTimeout(this.#timer)
  }

  #confirm(reason: string): void {
    try {
      if (this.#release === undefined || readTrial(this.#layout) === undefined) return
      if (!confirm(this.#layout, this.#release.name, reason)) return
      this.#init.log.info('the new version is confirmed', { version: this.#release.name, reason })
      this.#verdict = readVerdict(this.#layout)
      this.#answerLeft()
    } catch (error) {
      this.#init.log.error('the new version cannot be confirmed', { reason: messageOf(error) })
    }
  }

  /** Jobs of an update whose end nobody wrote down say so. */
  #answerLeft(): void {
    if (this.#verdict !== undefined) this.#answer(this.#verdict)
    const answered = jidIn(this.#verdict)
    const lost = { _error: `The update was interrupted. The minion runs ${this.#release?.name}.` }
    for (const jid of this.#left) if (jid !== answered) this.#init.answer(jid, packed(lost, 1))
  }

  #answer(verdict: Verdict): void {
    const jid = jidIn(verdict)
    if (jid === undefined) return
    const { outcome, reason } = this.#truth(verdict)
    if (outcome === 'confirmed') {
      this.#init.answer(jid, packed(resultIn(verdict), 0))
      return
    }
    const [to, back] = [verdict.version, verdict.from].map((name) => parseReleaseName(name)?.version ?? name)
    const text = `Unable to update to version ${to}: ${reason}. Version ${back} runs again.`
    this.#init.answer(jid, packed({ _error: text }, 1))
  }

  /** A version that was confirmed in the moment its time was over may have been left all the same. */
  #truth(verdict: Verdict): Pick<Verdict, 'outcome' | 'reason'> {
    if (verdict.outcome !== 'confirmed' || verdict.version === this.#release?.name) return verdict
    return { outcome: 'rolled back', reason: 'its time was over' }
  }

  /** Once; a master that does not take the event hears of it when the next one is there. */
  async #report(): Promise<void> {
    const verdict = this.#verdict
    if (verdict === undefined || this.#isReporting) return
    this.#isReporting = true
    try {
      const { outcome, reason } = this.#truth(verdict)
      const tag = outcome === 'confirmed' ? 'update/confirmed' : 'update/rolledback'
      const data = { version: verdict.version, from: verdict.from, reason }
      if (!(await this.#init.fire(tag, data))) return
      this.#verdict = undefined
      forgetVerdict(this.#layout)
    } catch (error) {
      this.#init.log.warning('an update cannot be reported', { reason: messageOf(error) })
    } finally {
      this.#isReporting = false
    }
  }
}

/** The job that asked for the update, as it was noted. */
function jidIn(verdict: Verdict | undefined): string | undefined {
  const note = verdict?.note
  return isRecord(note) && typeof note['jid'] === 'string' ? note['jid'] : undefined
}

function resultIn({ note }: Verdict): unknown {
  return isRecord(note) ? note['result'] : undefined
}

function packed(value: unknown, retcode: number): PackedResult {
  return packResult({ return: value, retcode, success: retcode === 0, out: undefined }, loads.returnLimits)
}
