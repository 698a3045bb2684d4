// SPDX-License-Identifier: Apache-2.0
import { killTree, messageOf } from '@halite/core'
import { Layout } from './layout.ts'
import { countAttempt, endMs, noteEnd, readTrial, rollBack } from './trial.ts'

/*
 * What a start file asks of the version before the one on trial (launcher/start.sh):
 *   attempt ROOT NAME     before each start: counts it, or takes the way back
 *   failed ROOT CODE      it ended with this exit code
 *   watch ROOT PID        beside it: takes the way back when its time is over; exit code 3 then
 */

const wentBack = 3
/** How often the watcher looks whether the trial is over. */
const lookMs = 200

let hasGoneBack = false

async function main([command, root = '', word = '']: readonly string[]): Promise<number> {
  const layout = new Layout(root)
  switch (command) {
    case 'attempt':
      countAttempt(layout)
      return 0
    case 'failed':
      noteEnd(layout, `exit code ${word}`)
      return 0
    case 'watch':
      return watch(layout, Number(word))
    default:
      process.stderr.write('updater: attempt|failed|watch: for start files\n')
      return 64
  }
}

async function watch(layout: Layout, pid: number): Promise<number> {
  const trial = readTrial(layout)
  if (trial === undefined) return 0
  const endsAt = performance.now() + trial.deadlineMs
  while (performance.now() < endsAt) {
    await pause(lookMs)
    if (readTrial(layout) === undefined) return 0
  }
  hasGoneBack = rollBack(
    layout,
    `it was not ready within ${trial.deadlineMs / 1000} s: ${missing(trial.needs)}`,
  )
  if (!hasGoneBack) return 0
  await end(pid)
  return wentBack
}

function missing(needs: 'master' | 'start'): string {
  return needs === 'master' ? 'it did not reach a master' : 'it did not say that it works'
}

async function end(pid: number): Promise<void> {
  const hardAt = performance.now() + endMs
  process.kill(pid, 'SIGTERM')
  while (isThere(pid)) {
    if (performance.now() > hardAt) killTree(pid, 'SIGKILL')
    await pause(lookMs / 4)
  }
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** The start file stops the watcher once the program has ended; it may be the watcher that ended it. */
process.on('SIGTERM', () => process.exit(hasGoneBack ? wentBack : 0))

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`updater: ${messageOf(error)}\n`)
    process.exit(70)
  },
)
