// SPDX-License-Identifier: Apache-2.0
import type { TargetType } from '@halite/targeting'

/** A function, or several that run one after the other as one job; then `arg` is a list of argument lists. */
export type Fun = string | readonly string[]

/** Whom a job is for, as `tgtType` reads it; a list of ids for `list`. */
export type Tgt = string | readonly string[]

/** What a target is read with. */
export interface TargetOptions {
  /** Default `glob`. */
  readonly tgtType?: TargetType
  /** Between the levels of a key and the value in a target; default `:`. */
  readonly delimiter?: string
}

/** How a job is sent. */
export interface PublishOptions extends TargetOptions {
  /**
   * Called with the minions that get no job because the grains or pillar that the target reads are not known of them, before
   * anything is returned. They count neither as asked nor as missing.
   */
  readonly onUndecided?: (ids: readonly string[]) => void
  /** Keyword arguments. */
  readonly kwarg?: Readonly<Record<string, unknown>>
  /** Seconds to wait for minions of which nothing is heard; default: the option `timeout`. */
  readonly timeout?: number
  /** Returners, comma separated. There are none yet: anything but `''` is refused. */
  readonly ret?: string
  /** The jid to use; default: one the master makes. That of another job is refused. */
  readonly jid?: string
  /** Fire `salt/job/<jid>/start/<id>` for each minion before it begins; default false. */
  readonly startEvent?: boolean
  /** A value that is kept with the job: `jobs.list_jobs` finds it with `search_metadata`. */
  readonly metadata?: unknown
}

/** How a job is sent and waited for. */
export interface CommandOptions extends PublishOptions {
  /** Ends the waiting, not the job. */
  readonly signal?: AbortSignal
}

/** What the map of returns holds. */
export interface ReturnShape {
  /** Each return with what comes beside the value; default false. */
  readonly fullReturn?: boolean
  /**
   * Each minion that did not return as well, and each id of a list that nobody has: with `fullReturn` as a `NoReturn`, else as
   * the text that says why, which only `fullReturn` tells from a return of the same text. Default false, as in Salt.
   */
  readonly showTimeout?: boolean
}

/** How a job goes round its minions. */
export interface BatchOptions extends PublishOptions {
  /** How many run it at a time: a number, or text: `'3'`, `'10%'` of those that are connected; never less than one. */
  readonly batch: number | string
  /** Seconds for which a place stays taken after a return; default 0. */
  readonly batchWait?: number
  /** Begin nothing more once a minion returned with a code that is not 0, or had the job and did not return. */
  readonly failhard?: boolean
  /** Stops the batch: nothing more is begun. */
  readonly signal?: AbortSignal
}

/** How some minions of a target are chosen. */
export interface SubsetOptions extends TargetOptions {
  /** How many; default 3. */
  readonly subset?: number
  /** Seconds to wait for minions to list their functions. */
  readonly timeout?: number
  readonly signal?: AbortSignal
}
