// SPDX-License-Identifier: Apache-2.0
import { pack, parseJid, parseMinionId, SaltError, silentLog } from '@halite/core'
import type { Job, JobReturn } from '@halite/protocol'
import { ManualClock, removeTemporaryDirectory, temporaryDirectory } from '@halite/testing'
import type { MinionPeer, SessionOf, SharedAnswer } from '@halite/transport'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { EventBus } from '../../src/events.ts'
import { Commits } from '../../src/jobs/commits.ts'
import { JobStore } from '../../src/jobs/job-store.ts'
import { JobTracker } from '../../src/jobs/job-tracker.ts'
import type { MinionRequestContext } from '../../src/requests/minion-request-context.ts'
import { minionRequests } from '../../src/requests/minion-requests.ts'

const [jid, other] = [parseJid('20260102030405000000'), parseJid('20260102030405000001')]
const [web1, web2] = [parseMinionId('web1'), parseMinionId('web2')]
const load: Job = { jid, fun: 'test.ping', arg: [1], tgt: '*', tgt_type: 'glob', ret: '', user: 'root' }
const session = { peer: { type: 'minion', id: web1, role: 'daemon' } } as unknown as SessionOf<MinionPeer>

let directory: string
let store: JobStore
let tracker: JobTracker
let clock: ManualClock
let events: EventBus
let fired: string[]
let told: unknown
let acknowledged: number

beforeEach(() => {
  directory = temporaryDirectory('returns')
  store = JobStore.open(directory)
  clock = new ManualClock()
  tracker = new JobTracker(clock)
  events = new EventBus()
  fired = []
  acknowledged = 0
  told = undefined
  vi.spyOn(events, 'fireWith').mockImplementation((tag, data) => {
    fired.push(tag)
    told = data()
  })
})
afterEach(async () => {
  vi.restoreAllMocks()
  await store.close()
  removeTemporaryDirectory(directory)
})

/** A return as it comes from the minion; resolves when it is acknowledged. */
async function take(value: unknown, of = jid): Promise<void> {
  const jobs = { store, tracker, batches: { has: () => false, returned: () => undefined } }
  const context = { log: silentLog, jobs, events }
  const handler = minionRequests(context as unknown as MinionRequestContext).get('_return')
  const ret: JobReturn = { jid: of, return: pack(value), retcode: 0, success: true }
  const kept = handler?.run(session, ret) as SharedAnswer
  await kept.settled
  if (kept.answer() === true) acknowledged += 1
}

/** The next commit fails, as on a disk that is full. */
function failNextCommit(): void {
  vi.spyOn(Commits.prototype, 'add').mockRejectedValueOnce(new SaltError('STORE_FAILED', 'no space left'))
}

const event = `salt/job/${jid}/ret/web1`
const stored = () => store.returns(jid).map(({ id, return: value }) => [id, value])

describe('a return', () => {
  beforeEach(async () => {
    tracker.add(load, [web1, web2], 10_000)
    await store.saveJob(load, [web1, web2])
  })

  test('is told at once, and acknowledged when it can be read from the store', async () => {
    const taken = take('value')
    expect([fired, acknowledged]).toEqual([[event], 0])
    await taken
    expect([stored(), acknowledged]).toEqual([[['web1', 'value']], 1])
    expect(tracker.get(jid)?.silent).toEqual(new Set([web2]))
  })

  test('is told with what the master asked, long arguments cut short', async () => {
    await take('value')
    expect(told).toMatchObject({ id: 'web1', jid, fun: 'test.ping', fun_args: [1], retcode: 0 })
    tracker.add({ ...load, jid: other, arg: ['x'.repeat(600_000)] }, [web1], 10_000)
    await take('value', other)
    expect(told).toMatchObject({ jid: other, fun_args: ['(600006 bytes of arguments)'] })
  })

  test('of a job that an earlier master published is told with what the store says', async () => {
    clock = new ManualClock()
    tracker = new JobTracker(clock)
    await take('value')
    expect(told).toMatchObject({ fun: 'test.ping', fun_args: [1] })
  })

  test('that comes again before its commit is told once, and both are acknowledged after it', async () => {
    const both = [take('first'), take('second')]
    expect([fired, acknowledged]).toEqual([[event], 0])
    await Promise.all(both)
    expect([fired, stored(), acknowledged]).toEqual([[event], [['web1', 'first']], 2])
  })

  test('that comes again later, when nothing is expected any more, is acknowledged and not told', async () => {
    await take('first')
    tracker.returned(jid, web2)
    await take('second')
    expect([fired, stored(), acknowledged]).toEqual([[event], [['web1', 'first']], 2])
  })

  test('whose commit fails is not acknowledged, is expected still, and is stored without being told again', async () => {
    failNextCommit()
    await expect(take('value')).rejects.toMatchObject({ code: 'STORE_FAILED' })
    expect([fired, stored(), acknowledged]).toEqual([[event], [], 0])
    expect(tracker.get(jid)?.silent.has(web1)).toBe(true)
    await take('value')
    await take('value')
    expect([fired, stored(), acknowledged]).toEqual([[event], [['web1', 'value']], 2])
  })

  test('that comes again while a commit fails is acknowledged neither time', async () => {
    failNextCommit()
    const both = await Promise.allSettled([take('value'), take('value')])
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect([fired, stored()]).toEqual([[event], []])
  })
})

describe('a return of a job whose own commit is under way', () => {
  test('is taken, and job and return are there when it is acknowledged', async () => {
    const saved = store.saveJob(load, [web1])
    tracker.add(load, [web1], 10_000)
    await take('value')
    expect([store.load(jid)?.minions, stored()]).toEqual([[web1], [['web1', 'value']]])
    await saved
  })

  test('is taken when the job is not followed any more', async () => {
    void store.saveJob(load, [web1])
    await take('value')
    expect(stored()).toEqual([['web1', 'value']])
  })

  test('is refused to a minion the job was not for', async () => {
    void store.saveJob(load, [web2])
    await expect(take('value')).rejects.toMatchObject({ code: 'REQUEST_DENIED' })
    expect(fired).toEqual([])
  })
})

describe('the answer to a question of the system itself', () => {
  const question: Job = { ...load, fun: 'saltutil.find_job' }

  test('is told once; one that comes again or too late is acknowledged and not told', async () => {
    tracker.add(question, [web1], 0)
    await take({})
    await take({})
    expect([fired.length, acknowledged]).toEqual([1, 2])

    tracker.add({ ...question, jid: other }, [web1], 0)
    clock.advance(1)
    tracker.due()
    expect(tracker.get(other)).toBeUndefined()
    await take({}, other)
    expect([fired.length, acknowledged]).toEqual([1, 3])
  })

  test('is refused to a minion that was not asked', async () => {
    tracker.add(question, [web2], 0)
    await expect(take({})).rejects.toMatchObject({ code: 'REQUEST_DENIED' })
  })
})
