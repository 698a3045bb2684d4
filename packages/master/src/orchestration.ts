// SPDX-License-Identifier: Apache-2.0
import { isMap, type Jid, type MinionId, messageOf, pythonStr, type toPlain } from '@halite/core'
import {
  isKeywordMap,
  type MasterCall,
  type MasterCallOutcome,
  type OrchestrationCalls,
} from '@halite/loader'
import { commandMinions, inRandomOrder } from './jobs/command-minions.ts'
import type { OrchestrationOwner } from './jobs/runs.ts'
import { waitForEvents } from './jobs/wait-for-events.ts'
import type { MasterServices } from './master-context.ts'
import { begin, type CallParts } from './requests/master-calls.ts'

/** What a runner that orchestrates asks of its master. */
export function orchestrationCalls(
  services: MasterServices,
  parts: CallParts,
  { user, owner, signal }: OrchestrationOwner,
): OrchestrationCalls {
  const { events, clock, jobs, connections, options } = services
  const { publisher } = jobs
  return {
    command: (command) =>
      commandMinions(
        {
          events,
          clock,
          publish: (request, listen) => publisher.publish(String(options['user']), request, listen),
          select: async (request) =>
            inRandomOrder(
              (await publisher.preview(request)).minions as MinionId[],
              (id) => connections.of(id).size > 0,
            ),
          findJob: (jid, ids) => publisher.findJob(jid, ids),
          timeout: Number(options['timeout']),
        },
        command,
        signal,
      ),
    callMaster: (call) => callMaster(parts, call, { user, owner }),
    waitForEvents: (wish) => waitForEvents({ events, clock }, wish, signal),
  }
}

/**
 * Calls a runner or a wheel function. A function that fails is an outcome, and so is one that does not exist. It ends with
 * its owner, if it has one.
 */
export async function callMaster(
  parts: CallParts,
  { kind, fun, arg }: MasterCall,
  { user, owner }: { readonly user: string; readonly owner?: object | undefined },
): Promise<MasterCallOutcome> {
  const positional = arg.filter((value) => !isKeywordMap(value))
  const kwarg = Object.assign({}, ...arg.filter(isKeywordMap).map((map) => (isMap(map) ? toNamed(map) : {})))
  let jid = '' as Jid
  try {
    const { begun, work } = await begin(parts, { kind, fun, arg: positional, kwarg, user, owner })
    jid = begun.jid
    return { jid, return: await work, success: true }
  } catch (error) {
    return { jid, return: messageOf(error), success: false }
  }
}

function toNamed(map: Parameters<typeof toPlain>[0]): Record<string, unknown> {
  const entries = Object.entries(map as Readonly<Record<string, unknown>>)
  return Object.fromEntries(
    entries.filter(([key]) => key !== '__kwarg__').map(([key, value]) => [pythonStr(key), value]),
  )
}
