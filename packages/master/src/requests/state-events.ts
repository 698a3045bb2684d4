// SPDX-License-Identifier: Apache-2.0
import { isInteger, isJid, isMap, type Jid, type MinionId, valueAt } from '@halite/core'
import type { EventBus } from '../events.ts'
import type { Jobs } from '../jobs/jobs.ts'

/** What a minion fires, and what it is checked against. */
export interface StateEventContext {
  readonly jobs: Jobs
  readonly events: EventBus
}

interface MinionEvent {
  readonly tag: string
  readonly data?: unknown
}

const progress = /^progress\/([^/]+)$/
const result = /^state_result\/([^/]+)\/(.+)$/s
const maxNameLength = 255

/**
 * What a minion says of the states of a job is fired under Salt's tags too: `salt/job/<jid>/prog/<id>/<number>`, and
 * `salt/state_result/<jid>/<id>/<name>`. Only for a job that the minion was sent, and under its own id.
 */
export function fireStateEvent({ jobs, events }: StateEventContext, id: MinionId, event: MinionEvent): void {
  const [, jid = '', name] = progress.exec(event.tag) ?? result.exec(event.tag) ?? []
  if (!isJid(jid) || !wasSent(jobs, jid, id)) return
  const tag = name === undefined ? progressTag(jid, id, event.data) : resultTag(jid, id, name)
  if (tag !== undefined) events.fire(tag, { id, jid, cmd: '_minion_event', tag, data: event.data })
}

function progressTag(jid: Jid, id: MinionId, data: unknown): string | undefined {
  const ret = isMap(data) ? valueAt(data, 'ret') : undefined
  const number = isMap(ret) ? valueAt(ret, '__run_num__') : undefined
  return isInteger(number) && Number(number) >= 0 ? `salt/job/${jid}/prog/${id}/${number}` : undefined
}

/** A name is whatever a state is called: one that could steer a terminal makes no tag. */
function resultTag(jid: Jid, id: MinionId, name: string): string | undefined {
  const isPlain = name.length <= maxNameLength && !/\p{Cc}/u.test(name)
  return isPlain ? `salt/state_result/${jid}/${id}/${name}` : undefined
}

function wasSent({ tracker, store }: Jobs, jid: Jid, id: MinionId): boolean {
  const tracked = tracker.get(jid)
  if (tracked !== undefined && (tracked.silent.has(id) || tracked.running.has(id))) return true
  return store.load(jid)?.minions.includes(id) === true
}
