// SPDX-License-Identifier: Apache-2.0
import { type Answer, JobRun, type MasterConnection } from '@halite/client'
import { type MinionId, pack, parseJid, parseMinionId } from '@halite/core'
import type { WireEvent } from '@halite/protocol'
import { ManualClock, until } from '@halite/testing'
import { beforeEach, describe, expect, test, vi } from 'vitest'

const jid = parseJid('20260102030405000000')
const [a, b, c] = ['a', 'b', 'c'].map(parseMinionId) as [MinionId, MinionId, MinionId]
const timeoutMs = 5000

interface Stored {
  readonly id: string
  readonly return: Uint8Array
  readonly retcode: number
  readonly success: boolean
}

interface Sink {
  onEvent(event: WireEvent): void
  onResumed(): void
}

/** A master as a client sees it: what it stored, what it knows of minions, and how to push and to come back. */
class FakeMaster {
  stored: Stored[] = []
  states = new Map<string, { connected: boolean; acknowledged: boolean; reason: string }>()
  /** How often somebody stopped listening. */
  stopped = 0
  #sink: Sink | undefined

  readonly connection = {
    options: { gather_job_timeout: 10 },
    listen: (_prefix: string, sink: Sink) => {
      this.#sink = sink
      return () => {
        this.stopped += 1
        this.#sink = undefined
      }
    },
    request: async (name: string, load: { ids?: string[]; after?: string }) => {
      if (name === 'job_returns')
        return this.stored.filter(({ id }) => load.after === undefined || id > load.after)
      if (name === 'job_state') return this.#states(load.ids ?? [])
      return true
    },
  } as unknown as MasterConnection

  /** Stores a return and pushes its event. */
  take(id: string, value: unknown): void {
    this.store(id, value)
    this.#sink?.onEvent(returnEvent(id, value))
  }

  store(id: string, value: unknown): void {
    this.stored.push({ id, return: pack(value), retcode: 0, success: true })
  }

  /** There is another session, after one was lost. */
  comeBack(): void {
    this.#sink?.onResumed()
  }

  /** Asks the minions that may run it, as a master does. */
  async #states(ids: readonly string[]) {
    const states = ids.map((id) => ({ id, ...this.#stateOf(id) }))
    const asked = states
      .filter(({ connected, acknowledged }) => connected && acknowledged)
      .map(({ id }) => id)
    const running = asked.length === 0 ? new Set() : await findJob(jid, asked)
    return states.map((state) => ({ ...state, running: running.has(state.id) }))
  }

  #stateOf(id: string) {
    return this.states.get(id) ?? { connected: true, acknowledged: true, reason: 'asked' }
  }
}

function returnEvent(id: string, value: unknown): WireEvent {
  const data = { id, return: pack(value), retcode: 0, success: true, fun: 'test.ping', _stamp: 'now' }
  return { tag: `salt/job/${jid}/ret/${id}`, data }
}

let master: FakeMaster
let clock: ManualClock
const findJob = vi.fn<(jid: string, ids: readonly string[]) => Promise<ReadonlySet<string>>>()

beforeEach(() => {
  master = new FakeMaster()
  clock = new ManualClock()
  findJob.mockReset().mockResolvedValue(new Set())
})

interface RunInit {
  readonly minions?: readonly MinionId[]
  readonly absent?: readonly MinionId[]
  readonly signal?: AbortSignal
  readonly isOld?: boolean
}

function run({ minions = [a, b], absent = [], signal, isOld }: RunInit = {}): JobRun {
  return new JobRun({
    connection: master.connection,
    reply: {
      jid,
      minions: [...minions],
      absent: absent.map((id) => ({ id, reason: 'gone' })),
      unknown: [],
    },
    timeoutMs,
    clock,
    ...(signal === undefined ? {} : { signal }),
    ...(isOld === undefined ? {} : { isOld }),
  })
}

/** Collects answers as `id=value` or `id!reason`; `end` resolves when there are no more. */
function follow(of: JobRun): { readonly seen: string[]; readonly end: Promise<void> } {
  const seen: string[] = []
  const end = (async () => {
    for await (const answer of of) seen.push(show(answer))
  })()
  return { seen, end }
}

function show(answer: Answer): string {
  return answer.type === 'return' ? `${answer.id}=${answer.ret}` : `${answer.id}!${answer.reason}`
}

/** Lets the patience of whoever waits now run out. */
async function passTimeout(): Promise<void> {
  await until('somebody waits', () => clock.sleeping > 0)
  clock.advance(timeoutMs)
}

describe('returns', () => {
  test('are yielded as they come, and the run ends with the last', async () => {
    const { seen, end } = follow(run())
    master.take('b', 1)
    await until('the first is here', () => seen.length === 1)
    master.take('a', 2)
    await end
    expect(seen).toEqual(['b=1', 'a=2'])
    expect(findJob).not.toHaveBeenCalled()
  })

  test('that all came before anybody looked are not lost', async () => {
    const waiting = run()
    master.take('a', 1)
    master.take('b', 2)
    const { seen, end } = follow(waiting)
    await end
    expect(seen).toEqual(['a=1', 'b=2'])
  })

  test('of a job of old are taken from the store at once', async () => {
    master.store('a', 1)
    const { seen, end } = follow(run({ isOld: true }))
    await until('the first is here', () => seen.length === 1)
    master.take('b', 2)
    await end
    expect(seen).toEqual(['a=1', 'b=2'])
  })

  test('that come twice, or from strangers, are passed over', async () => {
    const { seen, end } = follow(run())
    master.take('a', 1)
    master.take('a', 2)
    master.take('c', 3)
    master.take('b', 4)
    await end
    expect(seen).toEqual(['a=1', 'b=4'])
  })

  test('whose events were lost are found in the store', async () => {
    const { seen, end } = follow(run())
    master.take('a', 1)
    master.store('b', 2)
    await passTimeout()
    await end
    expect(seen).toEqual(['a=1', 'b=2'])
  })

  test('that arrive while the minions are asked are not lost', async () => {
    findJob.mockImplementation(async () => {
      master.store('b', 'just in time')
      return new Set()
    })
    const { seen, end } = follow(run({ minions: [b] }))
    await passTimeout()
    await end
    expect(seen).toEqual(['b=just in time'])
  })
})

describe('who does not return', () => {
  test('and says that the job runs is waited for, again and again', async () => {
    findJob.mockResolvedValue(new Set(['a']))
    const { seen, end } = follow(run({ minions: [a] }))
    for (let round = 1; round <= 3; round += 1) {
      await passTimeout()
      await until(`round ${round}`, () => findJob.mock.calls.length === round)
    }
    await until('it waits again', () => clock.sleeping > 0)
    master.take('a', 'done')
    await end
    expect(seen).toEqual(['a=done'])
  })

  test('and does not run it is told with the reason, at the first question', async () => {
    master.states.set('b', { connected: true, acknowledged: false, reason: 'did not acknowledge' })
    const { seen, end } = follow(run())
    master.take('a', 1)
    await passTimeout()
    await end
    expect(seen).toEqual(['a=1', 'b!did not acknowledge'])
    expect(findJob).not.toHaveBeenCalled()
  })

  test('only those who have the job and a connection are asked', async () => {
    master.states.set('b', { connected: false, acknowledged: true, reason: 'lost' })
    master.states.set('c', { connected: true, acknowledged: false, reason: 'silent' })
    findJob.mockResolvedValueOnce(new Set(['a']))
    const { seen, end } = follow(run({ minions: [a, b, c] }))
    await passTimeout()
    await until('two are given up', () => seen.length === 2)
    expect(findJob).toHaveBeenCalledExactlyOnceWith(jid, ['a'])
    await until('it waits again', () => clock.sleeping > 0)
    master.take('a', 1)
    await end
    expect(seen).toEqual(['b!lost', 'c!silent', 'a=1'])
  })

  test('because it was not there is told without waiting', async () => {
    const { seen, end } = follow(run({ absent: [a, b] }))
    await end
    expect(seen.sort()).toEqual(['a!gone', 'b!gone'])
    expect(clock.sleeping).toBe(0)
  })
})

describe('the end', () => {
  test('stops listening', async () => {
    const { end } = follow(run())
    master.take('a', 1)
    master.take('b', 1)
    await end
    expect(master.stopped).toBe(1)
  })

  test('comes at once when the caller gives up', async () => {
    const abort = new AbortController()
    const { seen, end } = follow(run({ signal: abort.signal }))
    master.take('a', 1)
    await until('the first is here', () => seen.length === 1)
    abort.abort()
    await end
    expect(seen).toEqual(['a=1'])
  })

  test('comes when the caller looks no further', async () => {
    const waiting = run()
    master.take('a', 1)
    for await (const answer of waiting) {
      expect(show(answer)).toBe('a=1')
      break
    }
    expect(master.stopped).toBe(1)
  })
})

test('what a master stored while it was not heard is taken when it is back', async () => {
  const { seen, end } = follow(run())
  await until('it waits', () => clock.sleeping > 0)
  master.store('a', 'stored meanwhile')
  master.comeBack()
  await until('the first is here', () => seen.length === 1)
  master.take('b', 'pushed again')
  await end
  expect(seen).toEqual(['a=stored meanwhile', 'b=pushed again'])
})
