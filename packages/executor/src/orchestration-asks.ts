// SPDX-License-Identifier: Apache-2.0
import { schema } from '@halite/core'
import type {
  CommandOutcome,
  EventsWish,
  MasterCall,
  MasterCallOutcome,
  MinionCommand,
  OrchestrationCalls,
} from '@halite/loader'
import type { Asker, AskTable } from './asks.ts'

const { anything, boolean, either, integer, listOf, number, oneOf, optional, record, text } = schema

const commandSchema = record({
  fun: text(255),
  arg: listOf(anything),
  tgt: either(text(), listOf(text())),
  tgt_type: text(32),
  ret: optional(text(1024)),
  timeout: optional(number(0, 86_400)),
  batch: optional(text(32)),
  failhard: optional(boolean),
  subset: optional(integer(1, 1_000_000)),
})
const callSchema = record({ kind: oneOf('runner', 'wheel'), fun: text(255), arg: listOf(anything) })
const eventsSchema = record({
  tag: text(1024),
  ids: optional(listOf(anything)),
  key: optional(text(255)),
  count: optional(integer(1, Number.MAX_SAFE_INTEGER)),
  timeout: optional(number(0, 31_536_000)),
})

/** What a master answers to a runner that orchestrates. The arguments come from a process that may run anybody's module. */
export function orchestrationAsks(calls: OrchestrationCalls): AskTable {
  return {
    command: ([command]) => calls.command(commandSchema(command, 'command') as MinionCommand),
    callMaster: ([call]) => calls.callMaster(callSchema(call, 'call') as MasterCall),
    waitForEvents: ([wish]) => calls.waitForEvents(eventsSchema(wish, 'wish') as EventsWish),
  }
}

/** The same as a runner in an executor has it. The master answers a name with its own function's result. */
export function askedOrchestration(asker: Asker): OrchestrationCalls {
  return {
    command: async (command) => (await asker.ask('command', command)) as CommandOutcome,
    callMaster: async (call) => (await asker.ask('callMaster', call)) as MasterCallOutcome,
    waitForEvents: async (wish) => (await asker.ask('waitForEvents', wish)) as readonly unknown[],
  }
}
