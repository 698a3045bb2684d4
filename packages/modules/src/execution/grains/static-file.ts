// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { isMap, isRecord, messageOf, parseYaml, SaltError, textKeyed, writeFileAtomic } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { dumpYamlText } from '@halite/rendering/yaml-text'
import { withLock } from '../parts/lock.ts'

/** Names and values of grains. */
export type Grains = Readonly<Record<string, unknown>>

/** What is to become of the static grains. */
export interface Change {
  /** New values, by name; null sets None, or removes the grain when `destructive` is on. */
  readonly set: Grains
  readonly destructive: boolean
}

const removedKey = 'grains removed'

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
  const { config_dir: directory } = ctx.options
  const path = join(String(directory), 'grains')
  return withLock(ctx, { directory: String(directory), name: 'grains' }, () => {
    const decided = decide(currentGrains(ctx))
    // What is no change was declared to be a T.
    if (!isChange(decided)) return decided as Exclude<T, Change>
    writeGrains(path, changed(readGrains(path), decided))
    noteRemoved(ctx, decided)
    return decided.set
  })
}

/** The grains as they are now: with the changes that this job made to the file. */
export function currentGrains(ctx: ExecContext): Grains {
  const { config_dir: directory, grains: configured } = ctx.options
  const file = readGrains(join(String(directory), 'grains'))
  const removed = removedIn(ctx)
  const before = Object.entries(ctx.grains).filter(([name]) => !removed.has(name))
  return { ...Object.fromEntries(before), ...file, ...(isMap(configured) ? textKeyed(configured) : {}) }
}

/** Names of grains that this job removed: the job goes on with the grains that it began with. */
function removedIn({ memo }: ExecContext): Set<string> {
  const known = memo.get(removedKey)
  const removed = known instanceof Set ? known : new Set<string>()
  memo.set(removedKey, removed)
  return removed
}

function noteRemoved(ctx: ExecContext, { set, destructive }: Change): void {
  const removed = removedIn(ctx)
  for (const [name, value] of Object.entries(set)) {
    if (value === null && destructive) removed.add(name)
    else removed.delete(name)
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
    writeFileAtomic(
      exists ? realpathSync(path) : path,
      dumpYamlText(grains, { flow: false, unicode: true, sortKeys: false }),
      { mode },
    )
  } catch (cause) {
    throw new SaltError(
      'COMMAND_FAILED',
      `Unable to write to grains file at ${path}. Check permissions. (${messageOf(cause)})`,
      { cause },
    )
  }
}
