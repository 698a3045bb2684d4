// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import {
  type Decoded,
  type DirectoryLock,
  isJid,
  type Jid,
  JidClock,
  jidAt,
  jidTimeMs,
  lockDirectory,
  makeOwnDirectory,
  messageOf,
  SaltError,
  schema,
  systemCodeOf,
} from '@halite/core'
import { writeDurably } from '@halite/updater'

const { boolean, either, extensibleRecord, integer, jobId, listOf, minionId, number, oneOf, text } = schema

const decodeMinion = extensibleRecord({
  id: minionId,
  state: oneOf('pending', 'running', 'updated', 'failed', 'absent', 'passed over'),
  /** In words; empty where there is nothing to say. */
  reason: text(4096),
})

const decodeGroup = extensibleRecord({
  name: text(4096),
  status: oneOf('pending', 'running', 'soaking', 'done'),
  minions: listOf(decodeMinion),
})

const decodeRollout = extensibleRecord({
  id: jobId,
  version: text(128),
  tgt: either(text(), listOf(text())),
  tgt_type: text(32),
  status: oneOf('running', 'soaking', 'halted', 'stopped', 'interrupted', 'done'),
  reason: text(4096),
  /** The process that works on it, or did. */
  pid: integer(0, Number.MAX_SAFE_INTEGER),
  soak: number(0, 31_536_000),
  fail_max: integer(0, 1_000_000),
  batch: integer(1, 1_000_000),
  timeout: number(0, 86_400),
  allow_downgrade: boolean,
  groups: listOf(decodeGroup, 1000),
})

/** What was decoded, to be worked on. */
type Writable<T> = T extends string | number | boolean
  ? T
  : T extends readonly (infer Item)[]
    ? Writable<Item>[]
    : { -readonly [Key in keyof T]: Writable<T[Key]> }

/** A staged update of a fleet: what was asked for, and how far it has come. */
export type Rollout = Writable<Decoded<typeof decodeRollout>>
/** Minions that it takes up together. */
export type RolloutGroup = Rollout['groups'][number]
/** One of them, and how it stands. */
export type RolloutMinion = RolloutGroup['minions'][number]

/** Older ones are forgotten. */
const mostKept = 100

/**
 * The roll-outs of a master, `<cachedir>/rollouts/<id>.json`, one file each, for the master alone. A file is replaced as a whole, and
 * is on the disk before what it says is done.
 */
export class RolloutFiles {
  readonly #directory: string

  constructor(cachedir: string) {
    this.#directory = join(cachedir, 'rollouts')
  }

  /** One roll-out at a time works on a fleet. Throws `ALREADY_RUNNING`. */
  lock(): DirectoryLock {
    makeOwnDirectory(this.#directory, { mode: 0o700 })
    return lockDirectory(
      this.#directory,
      'rollout',
      '`salt-run update.status` shows that rollout, `update.stop` ends it.',
    )
  }

  /** The ids of those that are kept, oldest first. */
  ids(): Jid[] {
    try {
      const names = readdirSync(this.#directory).filter((name) => name.endsWith('.json'))
      return names
        .map((name) => name.slice(0, -'.json'.length))
        .filter(isJid)
        .sort()
    } catch (error) {
      if (systemCodeOf(error) === 'ENOENT') return []
      throw error
    }
  }

  /** An id behind those that are kept, also when the clock was set back since: the last one counts as the one under way. */
  nextId(): Jid {
    const now = new JidClock().next()
    const last = this.ids().at(-1)
    return last === undefined || now > last ? now : jidAt(BigInt(Math.ceil(jidTimeMs(last))) * 1000n + 1000n)
  }

  /** Throws `ARGUMENTS_INVALID` when there is no such roll-out, `COMMAND_FAILED` when its file is damaged. */
  load(id: Jid): Rollout {
    const path = this.#path(id)
    try {
      return decodeRollout(JSON.parse(readFileSync(path, 'utf8')), 'rollout') as Rollout
    } catch (error) {
      if (systemCodeOf(error) === 'ENOENT')
        throw new SaltError('ARGUMENTS_INVALID', `there is no roll-out ${id}`, {
          hint: 'salt-run update.list shows those that are kept.',
        })
      throw new SaltError('COMMAND_FAILED', `${path} cannot be read: ${messageOf(error)}`, {
        hint: 'Remove the file, and roll the version out again: minions that have it are passed over.',
      })
    }
  }

  save(rollout: Rollout): void {
    writeDurably(this.#path(rollout.id), `${JSON.stringify(rollout)}\n`)
  }

  /** Forgets the oldest, above a number of them. */
  prune(): void {
    for (const id of this.ids().slice(0, -mostKept)) rmSync(this.#path(id), { force: true })
  }

  /** Asks whoever works on it to begin nothing more. */
  requestStop(id: Jid, reason: string): void {
    writeDurably(this.#stopPath(id), reason)
  }

  /** Why it is to stop; undefined when it is not. */
  stopRequest(id: Jid): string | undefined {
    try {
      return readFileSync(this.#stopPath(id), 'utf8')
    } catch (error) {
      if (systemCodeOf(error) === 'ENOENT') return undefined
      throw error
    }
  }

  forgetStop(id: Jid): void {
    rmSync(this.#stopPath(id), { force: true })
  }

  #path(id: Jid): string {
    return join(this.#directory, `${id}.json`)
  }

  #stopPath(id: Jid): string {
    return join(this.#directory, `${id}.stop`)
  }
}
