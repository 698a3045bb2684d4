// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { lstat, readdir, readFile, rmdir, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import {
  isAlive,
  killTree,
  type Logger,
  messageOf,
  processesMarked,
  processStart,
  processState,
  run,
  schema,
  systemCodeOf,
} from '@halite/core'
import type { Leftover } from '@halite/loader'

/** Which ledgers: those of one process that has ended, or of all that have. */
export interface LeftoversOf {
  readonly directory: string
  readonly pid?: number
  readonly log: Logger
}

/** How often a program that is about to be started is looked for: it has its mark once it has become that program. */
const startAttempts = 10
/** How often something that is still in use is tried again, and how long after. */
const attempts = 20
const pauseMs = 100
const umountLimitMs = 10_000

/**
 * Removes what processes that were killed have left behind, and their ledgers. What cannot be removed is logged, and tried
 * again the next time. Never rejects.
 */
export async function removeLeftovers({ directory, pid, log }: LeftoversOf): Promise<void> {
  const names = await readdir(directory).catch(() => [])
  for (const name of names) {
    const [, owner, started] = ledgerName.exec(name) ?? []
    if (owner === undefined || (pid !== undefined && Number(owner) !== pid)) continue
    if (pid === undefined && isRunning(Number(owner), started ?? '')) continue
    await clear(join(directory, name), log)
  }
}

const ledgerName = /^(\d+)-(\d+)$/

/** Where it is not known when a process started, any process with that id counts. */
function isRunning(pid: number, started: string): boolean {
  if (started === '0') return isAlive(pid)
  return processStart(pid) === started && processState(pid) === 'running'
}

async function clear(ledger: string, log: Logger): Promise<void> {
  try {
    const left = notedIn(await readFile(ledger, 'utf8'))
    for (const thing of left.reverse()) {
      log.warning('what a killed job left behind is removed', { ...thing })
      await removers[thing.kind](thing as never)
    }
    await unlink(ledger)
  } catch (error) {
    if (systemCodeOf(error) !== 'ENOENT')
      log.error('what a killed job left behind stays', { ledger, reason: messageOf(error) })
  }
}

/** What is noted and was not taken back, in its order. A line that was cut off is of something that was not made yet. */
function notedIn(text: string): Leftover[] {
  const noted = new Map<string, Leftover>()
  for (const line of text.split('\n').slice(0, -1)) {
    const [, sign, number = '', thing] = /^([+-])(\d+)(?: (.*))?$/.exec(line) ?? []
    if (sign === '-') noted.delete(number)
    else if (sign === '+' && thing !== undefined) noted.set(number, leftoverIn(JSON.parse(thing)))
  }
  return [...noted.values()]
}

const placed = schema.record({ kind: schema.oneOf('mount', 'file', 'root'), path: schema.text() })
const program = schema.record({
  kind: schema.oneOf('program'),
  pid: schema.integer(2),
  started: schema.text(64),
})
const start = schema.record({ kind: schema.oneOf('start'), mark: schema.text(64) })
const decode = schema.either(program, schema.either(start, placed))

function leftoverIn(value: unknown): Leftover {
  return decode(value, 'leftover') as Leftover
}

type Removers = { readonly [K in Leftover['kind']]: (thing: Extract<Leftover, { kind: K }>) => Promise<void> }

const removers: Removers = {
  program: async ({ pid, started }) => {
    if (started === '' || processStart(pid) !== started) return
    killTree(pid, 'SIGKILL')
    await untilTrue(() => processStart(pid) !== started || processState(pid) === 'gone')
  },
  start: async ({ mark }) => {
    let wasFound = false
    for (let tried = 0; tried < startAttempts; tried += 1) {
      const marked = processesMarked(mark)
      if (wasFound && marked.length === 0) return
      wasFound ||= marked.length > 0
      for (const pid of marked) killTree(pid, 'SIGKILL')
      await delay(pauseMs)
    }
  },
  root: async ({ path }) => {
    if (path === '/') return
    await untilTrue(() => {
      const inside = processesIn(path)
      for (const pid of inside) killTree(pid, 'SIGKILL')
      return inside.length === 0
    })
  },
  mount: async ({ path }) => {
    let reason = ''
    for (let tried = 0; tried < attempts && isMounted(path); tried += 1) {
      const { retcode, stderr } = await run(['umount', path], { timeoutMs: umountLimitMs })
      if (retcode === 0) return
      reason = stderr.toString().trim()
      await delay(pauseMs)
    }
    if (isMounted(path)) throw new Error(`${path} cannot be unmounted: ${reason}`)
  },
  file: async ({ path }) => {
    try {
      const isDirectory = (await lstat(path)).isDirectory()
      await (isDirectory ? rmdir(path) : unlink(path))
    } catch (error) {
      if (systemCodeOf(error) !== 'ENOENT') throw error
    }
  },
}

async function untilTrue(isDone: () => boolean): Promise<void> {
  for (let tried = 0; tried < attempts && !isDone(); tried += 1) await delay(pauseMs)
}

function isMounted(path: string): boolean {
  const lines = readFileSync('/proc/self/mounts', 'utf8').split('\n')
  return lines.some((line) => (line.split(' ')[1] ?? '').replaceAll('\\040', ' ') === path)
}

function processesIn(root: string): number[] {
  const pids = readdirSync('/proc').map(Number).filter(Number.isInteger)
  return pids.filter((pid) => rootOf(pid) === root)
}

/** Undefined for one that has ended meanwhile. */
function rootOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/root`)
  } catch {
    return undefined
  }
}
