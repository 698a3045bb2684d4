// SPDX-License-Identifier: Apache-2.0
import { isAlive, killTree, messageOf, signalProcess } from '@halite/core'
import { Layout } from './layout.ts'
import { supervise } from './supervise.ts'
import { countAttempt, endMs, noteEnd } from './trial.ts'
import { pause, watchDeadline } from './watch.ts'

/*
 * What a start file asks of the version before the one on trial (launcher/start.sh, start.cmd):
 *   attempt ROOT NAME       before each start: counts it, or takes the way back
 *   failed ROOT CODE        it ended with this exit code
 *   watch ROOT PID          beside it, until it ends: takes the way back when its time is over; exit code 3 then
 *   supervise ROOT NAME …   all of that, with the program as its child; exit code 85 for another start
 */

const wentBack = 3
/** How often the watcher looks whether the program that it ends has ended. */
const lookMs = 50

let hasGoneBack = false

async function main([command, root = '', word = '', ...words]: readonly string[]): Promise<number> {
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
    case 'supervise':
      return supervise(layout, word, words)
    default:
      process.stderr.write('updater: attempt|failed|watch|supervise: for start files\n')
      return 64
  }
}

async function watch(layout: Layout, pid: number): Promise<number> {
  // The start file asks the watcher to end as well, but a shell may lose a signal that it sends as soon as it has forked.
  hasGoneBack = await watchDeadline(layout, () => !isAlive(pid))
  if (!hasGoneBack) return 0
  await end(pid)
  return wentBack
}

async function end(pid: number): Promise<void> {
  const hardAtMs = performance.now() + endMs
  signalProcess(pid, 'SIGTERM')
  while (isAlive(pid)) {
    if (performance.now() > hardAtMs) killTree(pid, 'SIGKILL')
    await pause(lookMs)
  }
}

/** The start file stops the watcher once the program has ended; it may be the watcher that ended it. */
if (process.argv[2] === 'watch') process.on('SIGTERM', () => process.exit(hasGoneBack ? wentBack : 0))

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`updater: ${messageOf(error)}\n`)
    process.exit(70)
  },
)
