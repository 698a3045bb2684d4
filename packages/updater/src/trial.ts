// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs'
import { type Decoded, isSaltError, lockDirectory, schema } from '@halite/core'
import { readOrPutAside, removeDurably, writeDurably } from './durable-file.ts'
import type { Layout } from './layout.ts'
import { completeVersions, readPointer, writePointer } from './pointers.ts'

const { anything, extensibleRecord, integer, listOf, number, oneOf, optional, text } = schema

/** What a new version has to reach before it counts as healthy: a master, or only to stay up for a while. */
export type Health = 'master' | 'start'

const decodeTrial = extensibleRecord({
  /** The version on trial. */
  version: text(256),
  /** The version before it, whose code judges. */
  judge: text(256),
  /** What `previous` named before: the way back of the judge, if the trial fails. */
  before: optional(text(256)),
  needs: oneOf('master', 'start'),
  /** How many starts it may take. */
  maxAttempts: integer(1, 100),
  /** How long one start may take until it is healthy. */
  deadlineMs: integer(1, 86_400_000),
  attempts: integer(0, 1000),
  /** How the last attempt ended. */
  lastEnd: optional(text(1024)),
  /** What the application wants to know again when the trial is over. */
  note: anything,
})

/** Longer ones are cut off: a file with one could not be read again. */
const mostReason = 500
/** What is kept of failures; the newest. */
const mostFailed = 100

/** Several programs decide about a trial: its version, its watcher, start files. Each needs milliseconds. */
const lockPatienceMs = 10_000
const lockPauseMs = 5

/** What the watcher of a trial may take to end a version that is not healthy, beyond its deadline. */
export const endMs = 10_000

/** How long it may take from a restart until a new version is confirmed or the one before it is back, in milliseconds. */
export function longestTrialMs({
  maxAttempts,
  deadlineMs,
}: Pick<Trial, 'maxAttempts' | 'deadlineMs'>): number {
  return maxAttempts * (deadlineMs + endMs) + deadlineMs
}

/** A version that has to prove itself. */
export type Trial = Decoded<typeof decodeTrial>

const decodeVerdict = extensibleRecord({
  version: text(256),
  from: text(256),
  outcome: oneOf('confirmed', 'rolled back'),
  reason: text(4096),
  /** Milliseconds since 1970, for people. */
  at: number(0, Number.MAX_SAFE_INTEGER),
  note: anything,
})

/** How a trial ended. */
export type Verdict = Decoded<typeof decodeVerdict>

const decodeFailed = listOf(extensibleRecord({ version: text(256), reason: text(4096) }), 1000)

/** A version that was left again. */
export type FailedVersion = Decoded<typeof decodeFailed>[number]

/** The trial under way. Its file is read by start files too: the judge stands alone in the first line. */
export function readTrial(layout: Layout): Trial | undefined {
  return readOrPutAside(layout.trial, (content) =>
    decodeTrial(JSON.parse(content.split('\n')[1] ?? ''), 'trial'),
  )
}

/** How the last trial ended, until `forgetVerdict`. */
export function readVerdict(layout: Layout): Verdict | undefined {
  return readOrPutAside(layout.verdict, (content) => decodeVerdict(JSON.parse(content), 'verdict'))
}

/** The application knows how the last trial ended. */
export function forgetVerdict(layout: Layout): void {
  removeDurably(layout.verdict)
}

/** The versions that were left again and not installed since. */
export function readFailed(layout: Layout): readonly FailedVersion[] {
  return readOrPutAside(layout.failed, (content) => decodeFailed(JSON.parse(content), 'failed')) ?? []
}

/** Strikes a version off the list of those that failed: somebody wants it tried again. */
export function forgive(layout: Layout, version: string): void {
  const left = readFailed(layout).filter((failed) => failed.version !== version)
  if (left.length < readFailed(layout).length) writeDurably(layout.failed, JSON.stringify(left))
}

/**
 * Switches to a version, on trial. The step that counts is the last one, the pointer: a process that is killed before it
 * has changed nothing that starts; what it left is cleared by `settleTrial`.
 */
export function beginTrial(layout: Layout, trial: Omit<Trial, 'attempts' | 'lastEnd' | 'before'>): void {
  alone(layout, () => {
    removeDurably(layout.verdict)
    const before = readPointer(layout, 'previous')
    writeTrial(layout, { ...trial, before, attempts: 0, lastEnd: undefined })
    writePointer(layout, 'previous', trial.judge)
    writePointer(layout, 'current', trial.version)
  })
}

/**
 * Finishes what a process that was killed left half done, and returns the trial that is under way then. The verdict is what
 * decides a trial: where one is written, what follows from it is done again.
 */
export function settleTrial(layout: Layout): Trial | undefined {
  return withTrial(layout, (trial) => trial)
}

/** Changes what the program finds in the verdict of the trial under way. */
export function setNote(layout: Layout, note: unknown): void {
  withTrial(layout, (trial) => writeTrial(layout, { ...trial, note }))
}

/** Counts a start of the version on trial. Returns false when it has had enough of them, and the way back is taken. */
export function countAttempt(layout: Layout): boolean {
  const mayStart = withTrial(layout, (trial) => {
    if (trial.attempts < trial.maxAttempts) {
      writeTrial(layout, { ...trial, attempts: trial.attempts + 1 })
      return true
    }
    const reason = `it ended ${trial.attempts} times before it was ready: ${trial.lastEnd ?? 'nobody saw how'}`
    decide(layout, trial, { outcome: 'rolled back', reason })
    return false
  })
  return mayStart ?? true
}

/** Notes how the version on trial ended. */
export function noteEnd(layout: Layout, how: string): void {
  withTrial(layout, (trial) => writeTrial(layout, { ...trial, lastEnd: how.slice(0, mostReason) }))
}

/** The version on trial is healthy. Returns whether there was a trial of this version to decide. */
export function confirm(layout: Layout, version: string, reason: string): boolean {
  const isConfirmed = withTrial(layout, (trial) => {
    if (trial.version !== version) return false
    decide(layout, trial, { outcome: 'confirmed', reason })
    return true
  })
  return isConfirmed ?? false
}

/** Leaves the version on trial; with `version`, only while it is that one. Returns whether it was left. */
export function rollBack(layout: Layout, reason: string, version?: string): boolean {
  const isLeft = withTrial(layout, (trial) => {
    if (version !== undefined && trial.version !== version) return false
    decide(layout, trial, { outcome: 'rolled back', reason })
    return true
  })
  return isLeft ?? false
}

/** Settles the current trial and runs `work` on it under the lock. Returns undefined if there is no trial. */
function withTrial<T>(layout: Layout, work: (trial: Trial) => T): T | undefined {
  if (!existsSync(layout.trial)) return undefined
  return alone(layout, () => {
    const trial = settle(layout)
    return trial === undefined ? undefined : work(trial)
  })
}

/** Does `work` while no other process changes the trial. Throws `ALREADY_RUNNING` when one does not end. */
function alone<T>(layout: Layout, work: () => T): T {
  const endMs = performance.now() + lockPatienceMs
  for (;;) {
    try {
      const lock = lockDirectory(layout.root, 'trial', 'Try again.')
      try {
        return work()
      } finally {
        lock.release()
      }
    } catch (error) {
      if (!isSaltError(error, 'ALREADY_RUNNING') || performance.now() > endMs) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, lockPauseMs)
    }
  }
}

function settle(layout: Layout): Trial | undefined {
  const trial = readTrial(layout)
  if (trial === undefined) return undefined
  const verdict = readVerdict(layout)
  const isDecided = verdict !== undefined && verdict.version === trial.version
  if (isDecided && verdict.outcome === 'rolled back') goBack(layout, trial, verdict.reason)
  else if (isDecided) removeDurably(layout.trial)
  else if (readPointer(layout, 'current') === trial.version) return trial
  else decide(layout, trial, { outcome: 'rolled back', reason: 'the switch to it was interrupted' })
  return undefined
}

/** Where nothing is left to go back to, the version stays whatever is wrong with it. */
function decide(layout: Layout, trial: Trial, wanted: Pick<Verdict, 'outcome' | 'reason'>): void {
  const { version, judge, note } = trial
  const isStuck = wanted.outcome === 'rolled back' && wayBack(layout, trial) === undefined
  const outcome = isStuck ? 'confirmed' : wanted.outcome
  const reason = isStuck ? `${wanted.reason}; there is no other version to go back to` : wanted.reason
  const verdict: Verdict = { version, from: judge, outcome, reason, at: Date.now(), note }
  writeDurably(layout.verdict, JSON.stringify(verdict))
  if (outcome === 'rolled back') goBack(layout, trial, reason)
  else removeDurably(layout.trial)
}

/** The version before, or, where that one is damaged, the newest other one that is not. */
function wayBack(layout: Layout, { version, judge }: Trial): string | undefined {
  const others = completeVersions(layout).filter((name) => name !== version)
  return others.includes(judge) ? judge : others.at(-1)
}

/** A version that was never switched to has not failed. */
function goBack(layout: Layout, trial: Trial, reason: string): void {
  const { version } = trial
  const back = wayBack(layout, trial)
  if (back !== undefined && readPointer(layout, 'current') === version) {
    const others = readFailed(layout).filter((failed) => failed.version !== version)
    const failed = [...others, { version, reason }].slice(-mostFailed)
    writeDurably(layout.failed, JSON.stringify(failed))
    writePointer(layout, 'current', back)
  }
  restorePrevious(layout, trial)
  removeDurably(layout.trial)
}

/** What starts is its own way back no longer: that is the version before it, if there was one. */
function restorePrevious(layout: Layout, { before, version }: Trial): void {
  const isThere = before !== undefined && completeVersions(layout).includes(before)
  if (isThere && before !== version && before !== readPointer(layout, 'current'))
    writePointer(layout, 'previous', before)
  else removeDurably(layout.previous)
}

function writeTrial(layout: Layout, trial: Trial): void {
  writeDurably(layout.trial, `${trial.judge}\n${JSON.stringify(trial)}\n`)
}
