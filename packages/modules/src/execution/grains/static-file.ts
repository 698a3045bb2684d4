// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import {
  type DirectoryLock,
  dumpYaml,
  isMap,
  isRecord,
  isSaltError,
  lockDirectory,
  messageOf,
  parseYaml,
  SaltError,
  textKeyed,
  writeFileAtomic,
} from '@halite/core'
import type { ExecContext } from '@halite/loader'

/** Names and values of grains. */
export type Grains = Readonly<Record<string, unknown>>

/** What is to become of the static grains. */
export interface Change {
  /** New values, by name; null sets None, or removes the grain when `destructive` is on. */
  readonly set: Grains
  readonly destructive: boolean
}

const lockPatienceMs = 10_000
const lockPauseMs = 20

/**
 * Changes the file of static grains, `<config_dir>/grains`. `decide` is given the grains as they are now and answers with
 * a change, or with anything else, which then is the result and changes nothing. One change at a time, over all jobs and
 * calls on this machine; keys keep their order, comments are lost. Rejects with `COMMAND_FAILED` when the file cannot be
 * read or written.
 */
export async function changeStaticGrains<T>(
  ctx: ExecContext,
  decide: (grains: Grains) => Change | T,
): Promise<Grains | Exclude<T, Change>> {
  const { config_dir: directory, grains: configured } = ctx.options
  const path = join(String(directory), 'grains')
  const lock = await takeLock(String(directory), ctx.signal)
  try {
    const file = readGrains(path)
    const now = { ...ctx.grains, ...file, ...(isMap(configured) ? textKeyed(configured) : {}) }
    const decided = decide(now)
    // What is no change was declared to be a T.
    if (!isChange(decided)) return decided as Exclude<T, Change>
    writeGrains(path, changed(file, decided))
    return decided.set
  } finally {
    lock.release()
  }
}

/** Lets the daemon, if there is one, take over what the file says now, and the pillar that follows from it. */
export async function refreshAfterChange({ daemon }: ExecContext, refreshPillar: boolean): Promise<void> {
  await daemon?.refreshStaticGrains()
  if (refreshPillar) await daemon?.refreshPillar()
}

function isChange(value: unknown): value is Change {
  return isRecord(value) && 'set' in value && 'destructive' in value
}

function changed(file: Grains, { set, destructive }: Change): Grains {
  const merged = Object.entries({ ...file, ...set })
  const removed = new Set(Object.keys(set).filter((key) => destructive && set[key] === null))
  return Object.fromEntries(merged.filter(([key]) => !removed.has(key)))
}

async function takeLock(directory: string, signal: AbortSignal): Promise<DirectoryLock> {
  const endMs = performance.now() + lockPatienceMs
  for (;;) {
    try {
      return lockDirectory(directory, 'grains')
    } catch (error) {
      if (!isSaltError(error, 'ALREADY_RUNNING') || performance.now() > endMs) throw error
      await delay(lockPauseMs, undefined, { signal })
    }
  }
}

function readGrains(path: string): Grains {
  if (!existsSync(path)) return {}
  try {
    const value = parseYaml(readFileSync(path, 'utf8'), path)
    return isMap(value) ? textKeyed(value) : {}
  } catch (cause) {
    throw new SaltError('COMMAND_FAILED', `Unable to read existing grains file: ${messageOf(cause)}`, {
      cause,
    })
  }
}

/** A link stays a link, and the file keeps its permissions. */
function writeGrains(path: string, grains: Grains): void {
  try {
    const exists = existsSync(path)
    const mode = exists ? statSync(path).mode & 0o777 : 0o644
    writeFileAtomic(exists ? realpathSync(path) : path, dumpYaml(grains), { mode })
  } catch (cause) {
    throw new SaltError(
      'COMMAND_FAILED',
      `Unable to write to grains file at ${path}. Check permissions. (${messageOf(cause)})`,
      { cause },
    )
  }
}
