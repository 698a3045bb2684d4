// SPDX-License-Identifier: Apache-2.0
import { constants } from 'node:os'
import { schema } from '@halite/core'
import type { DaemonContext, ExecContext, MastersContext, RunningJob } from '@halite/loader'
import type { Asker, AskTable } from './asks.ts'

/** Everything a job in an executor may ask of its minion. */
export type DaemonCalls = DaemonContext & MastersContext & Pick<ExecContext, 'compilePillar'>

/** What a minion answers to its jobs. */
export function minionAsks(calls: DaemonCalls): AskTable {
  return {
    runningJobs: () => calls.runningJobs(),
    signalJob: ([jid, signal]) => calls.signalJob(textOf(jid), signalOf(signal)),
    refreshGrains: () => calls.refreshGrains(),
    refreshStaticGrains: () => calls.refreshStaticGrains(),
    refreshPillar: () => calls.refreshPillar(),
    refreshModules: () => calls.refreshModules(),
    fireEvent: ([tag, data, timeoutMs]) => calls.fireEvent(textOf(tag), data, millisecondsOf(timeoutMs)),
    revokeAuth: ([preserve]) => calls.revokeAuth(preserve === true),
    compilePillar: ([pillarenv]) => calls.compilePillar(optionalText(pillarenv, 'argument')),
  } satisfies Record<keyof DaemonCalls, AskTable[string]>
}

/** The minion's functions as a job in an executor has them. The minion answers a name with its own function's result. */
export function askedMinion(asker: Asker): DaemonCalls {
  return {
    runningJobs: async () => (await asker.ask('runningJobs')) as readonly RunningJob[],
    signalJob: async (jid, signal) => (await asker.ask('signalJob', jid, signal)) as string,
    refreshGrains: async () => void (await asker.ask('refreshGrains')),
    refreshStaticGrains: async () => void (await asker.ask('refreshStaticGrains')),
    refreshPillar: async () => (await asker.ask('refreshPillar')) as boolean,
    refreshModules: async () => void (await asker.ask('refreshModules')),
    fireEvent: async (tag, data, timeoutMs) =>
      (await asker.ask('fireEvent', tag, data, timeoutMs)) as boolean,
    revokeAuth: async (preserve) => (await asker.ask('revokeAuth', preserve)) as boolean,
    compilePillar: async (pillarenv) =>
      (await asker.ask('compilePillar', pillarenv)) as Readonly<Record<string, unknown>>,
  }
}

const text = schema.text()
const optionalText = schema.optional(text)
const milliseconds = schema.number(0, 3_600_000)

function textOf(value: unknown): string {
  return text(value, 'argument')
}

function millisecondsOf(value: unknown): number {
  return milliseconds(value, 'argument')
}

function signalOf(value: unknown): NodeJS.Signals {
  const name = textOf(value)
  if (Object.hasOwn(constants.signals, name)) return name as NodeJS.Signals
  throw new Error(`signal ${name} does not exist here`)
}
