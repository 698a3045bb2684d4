// SPDX-License-Identifier: Apache-2.0
import { type EventClient, EventFeed, type LocalClient } from '@halite/client'
import { isMap, messageOf, pythonStr, valueAt } from '@halite/core'
import { keywordMap } from '@halite/loader'
import type { SaltCall } from './arguments.ts'
import { progressLine } from './progress-line.ts'
import type { Terminal } from './terminal.ts'

/** The functions of `state` that report each state as it ends when they are asked to. */
const reporting: ReadonlySet<string> = new Set(
  [
    'apply',
    'sls',
    'highstate',
    'test',
    'sls_id',
    'single',
    'low',
    'high',
    'template',
    'template_str',
    'top',
  ].map((name) => `state.${name}`),
)

/** The call with the wish that each state is reported as it ends, where it is one that runs states. */
export function reportingCall(call: SaltCall): SaltCall {
  if (typeof call.fun !== 'string' || !reporting.has(call.fun)) return call
  const own = call.arg.some((one) => isMap(one) && valueAt(one, 'state_events') !== undefined)
  return own ? call : { ...call, arg: [...call.arg, keywordMap({ state_events: true })] }
}

/** `salt --progress`: says of each state of a job that it has ended, as it ends. */
export class ProgressWatch implements Disposable {
  readonly #feed: EventFeed
  readonly #terminal: Terminal

  /** Listens from now on; what is fired before `follow` is kept for it. */
  static async open(client: LocalClient | EventClient, terminal: Terminal): Promise<ProgressWatch> {
    const feed = new EventFeed({ connection: client.connection, prefix: 'salt/job/' }, {}, () => undefined)
    await feed.ready
    return new ProgressWatch(feed, terminal)
  }

  private constructor(feed: EventFeed, terminal: Terminal) {
    this.#feed = feed
    this.#terminal = terminal
  }

  /** Says of the states of this job what becomes of them, until it is disposed of. */
  follow(jid: string): void {
    void this.#read(`salt/job/${jid}/prog/`).catch((error: unknown) =>
      this.#terminal.remark(`The progress of the job is not shown any more: ${messageOf(error)}`),
    )
  }

  async #read(prefix: string): Promise<void> {
    for await (const { tag, data } of this.#feed) {
      if (!tag.startsWith(prefix)) continue
      const line = progressLine(data['data'])
      if (line !== undefined) this.#terminal.remark(`${pythonStr(data['id'])}: ${line}`)
    }
  }

  [Symbol.dispose](): void {
    this.#feed.close()
  }
}
