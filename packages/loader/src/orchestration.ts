// SPDX-License-Identifier: Apache-2.0
/** A job for minions, as an orchestration requests it. */
export interface MinionCommand {
  readonly fun: string
  /** Positional values and maps of keywords, see `keywordMap`. */
  readonly arg: readonly unknown[]
  readonly tgt: string | readonly string[]
  readonly tgt_type: string
  /** Returners, with commas between. */
  readonly ret?: string
  /** Seconds after which minions that have not returned are asked whether they still run it; default that of the master. */
  readonly timeout?: number
  /** How many minions at a time: `3` or `10%`; default all at once. */
  readonly batch?: string
  /** Of a batch: begin nothing more once a minion failed. */
  readonly failhard?: boolean
  /** Only so many of the minions, at random. */
  readonly subset?: number
}

/** A minion of a batch or a command that did not return. */
export interface SkippedMinion {
  readonly id: string
  readonly status: string
  /** In words. */
  readonly reason: string
}

/** What one minion returned to a command. */
export interface CommandReturn {
  readonly return: unknown
  readonly retcode: number
  readonly success: boolean
  readonly out?: string
}

/** What became of a command. */
export interface CommandOutcome {
  /** Absent when no minion matched. */
  readonly jid?: string
  /** The minions that it was for. */
  readonly minions: readonly string[]
  /** By minion. */
  readonly returns: Readonly<Record<string, CommandReturn>>
  /** Minions that did not return, and why. */
  readonly missing: readonly SkippedMinion[]
}

/** A function of the master, called with positional values and maps of keywords. */
export interface MasterCall {
  readonly kind: 'runner' | 'wheel'
  readonly fun: string
  readonly arg: readonly unknown[]
}

/** What a function of the master gave; the text of an error where it did not succeed. */
export interface MasterCallOutcome {
  readonly jid: string
  readonly return: unknown
  readonly success: boolean
}

/** Events that are waited for: one for each of some ids, or so many. */
export interface EventsWish {
  /** A glob. */
  readonly tag: string
  /** What the events have to name. */
  readonly ids?: readonly unknown[]
  /** The field of the data in which they name it, themselves or in a field `data`; it may hold a list. Default `id`. */
  readonly key?: string
  /** Without ids: how many events. */
  readonly count?: number
  /** In seconds; default without end. */
  readonly timeout?: number
}

/** What an orchestration asks of the master that runs it. Every wait ends when its runner does. */
export interface OrchestrationCalls {
  /** Gives minions a job, and resolves when all have returned that still run it. Rejects with `TARGET_INVALID`. */
  command(command: MinionCommand): Promise<CommandOutcome>
  /** Calls a runner or a wheel function, in a process of its own where that may take long. Rejects for nothing that it does. */
  callMaster(call: MasterCall): Promise<MasterCallOutcome>
  /** Resolves to the ids that were named, or the tags that came, in their order, once that were all or the time is up. */
  waitForEvents(wish: EventsWish): Promise<readonly unknown[]>
}
