// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path'
import { type ForegroundProgram, killTree, signalProcess, startForeground } from '@halite/core'
import type { Layout } from './layout.ts'
import { countAttempt, noteEnd, readTrial } from './trial.ts'
import { watchDeadline } from './watch.ts'

/** The exit code by which a program asks its start file to be started again. */
const startAgain = 85

/**
 * Runs a program of the version on trial from start to end: counts the start, watches the deadline, ends the program when that
 * passes. Resolves to the exit code for the start file: that of the program, or 85 for another start, of whichever version is
 * current then. For systems whose shell cannot wait for two programs at once.
 */
export async function supervise(layout: Layout, name: string, words: readonly string[]): Promise<number> {
  const trial = countAttempt(layout) ? readTrial(layout) : undefined
  if (trial === undefined) return startAgain
  const folder = layout.version(trial.version)
  const node = join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  let program: ForegroundProgram
  try {
    program = await startForeground([node, join(folder, 'lib', `${name}.js`), ...words])
  } catch (error) {
    noteEnd(layout, String(error))
    return startAgain
  }
  return follow(layout, program)
}

/** Signals of a terminal reach the program too; what it makes of them is its exit code. */
async function follow(layout: Layout, { pid, ended }: ForegroundProgram): Promise<number> {
  let isStopping = false
  let hasEnded = false
  for (const signal of signals) process.on(signal, () => (isStopping = true))
  process.on('SIGTERM', () => {
    isStopping = true
    signalProcess(pid, 'SIGTERM')
  })
  const watched = watchDeadline(layout, () => hasEnded || isStopping).then((wentBack) => {
    if (wentBack) killTree(pid, 'SIGKILL')
    return wentBack
  })
  const code = await ended
  hasEnded = true
  if (await watched) return startAgain
  if (isStopping || code === 0 || readTrial(layout) === undefined) return code
  if (code !== startAgain) noteEnd(layout, `exit code ${code}`)
  return startAgain
}

/** Windows sends the last two when Ctrl-Break is pressed and when a console is closed. */
const signals: readonly NodeJS.Signals[] =
  process.platform === 'win32' ? ['SIGINT', 'SIGBREAK', 'SIGHUP'] : ['SIGINT', 'SIGHUP']
