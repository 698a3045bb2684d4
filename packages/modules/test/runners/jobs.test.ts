// SPDX-License-Identifier: Apache-2.0
import { jidAt, type Logger, parseJid, silentLog } from '@halite/core'
import { keywordMap, type MasterContext, type StoredJob, writtenNumber } from '@halite/loader'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { callMaster, contextOf, shownBy, TestStore } from './master-call.ts'

let stored: TestStore

beforeEach(() => {
  stored = new TestStore()
})

afterEach(async () => {
  await stored[Symbol.asyncDispose]()
})

const first = '20261120044728176538'
const second = '20261120044846691575'
const third = '20261121051234000001'

function context(parts: Partial<MasterContext> = {}): MasterContext {
  const { store } = stored
  return contextOf({
    jobs: {
      load: (jid) => store.load(jid),
      returns: (jid) => store.returns(jid),
      list: (range) => store.list(range),
      active: () => [],
      stopBatch: (jid) => jid === second,
      runs: () => [{ jid: parseJid(first), fun: 'jobs.list_jobs', user: 'root', pid: 12 }],
      stopRun: (jid) => jid === second,
      batches: () => [],
      kill: async () => undefined,
    },
    ...parts,
  })
}

function run(fun: string, arg: readonly unknown[] = [], kwarg: Record<string, unknown> = {}) {
  return callMaster('runners', context(), [`jobs.${fun}`, arg, kwarg])
}

async function jids(kwarg: Record<string, unknown>) {
  return Object.keys((await run('list_jobs', [], kwarg)) as object)
}

describe('list_jobs', () => {
  test('shows what was asked as Salt does', async () => {
    await stored.job({ jid: first })
    await stored.job({ jid: second, fun: 'saltutil.find_job', arg: [first], tgt: ['m1'], tgt_type: 'list' })
    await stored.job({ jid: third, fun: ['test.ping', 'cmd.run'], arg: [[], ['echo hi']], tgt: 'm1' })
    expect(await shownBy('nested', await run('list_jobs'))).toBe(listed)
  })

  test('gives the keys in the order of Salt, jobs oldest first, and arguments as plain data', async () => {
    await stored.job({
      jid: second,
      fun: 'test.arg',
      arg: [writtenNumber('1.50'), keywordMap({ b: { n: null } })],
    })
    await stored.job({ jid: first })
    expect(JSON.stringify(await run('list_jobs'))).toBe(
      `{"${first}":{"Function":"test.ping","Arguments":[],"Target":"*","Target-type":"glob","User":"root",` +
        `"StartTime":"2026, Nov 20 04:47:28.176538"},` +
        `"${second}":{"Function":"test.arg","Arguments":[1.5,{"__kwarg__":true,"b":{"n":null}}],"Target":"*",` +
        `"Target-type":"glob","User":"root","StartTime":"2026, Nov 20 04:48:46.691575"}}`,
    )
  })

  test('reads no returns', async () => {
    await stored.job({ jid: first })
    const { jobs } = context()
    const blind = {
      ...jobs!,
      returns: () => {
        throw new Error('returns were read')
      },
    }
    const ctx = context({ jobs: blind })
    expect(Object.keys((await callMaster('runners', ctx, ['jobs.list_jobs'])) as object)).toEqual([first])
  })

  test.each<[Record<string, unknown>, string[]]>([
    [{ search_function: 'test.*' }, [first, third]],
    [{ search_function: 'cmd.run,state.*' }, [second, third]],
    [{ search_function: ['cmd.run'] }, [second, third]],
    [{ search_function: 'test' }, []],
    [{ search_target: 'web*' }, [second]],
    [{ search_target: ['db1'] }, [second]],
    [{ search_target: 'm1' }, []],
    [{ search_metadata: { ticket: 7, other: 1 } }, [second]],
    [{ search_metadata: { ticket: 8 } }, []],
    [{ search_function: 'cmd.run', search_target: 'web*' }, [second]],
    [{ start_time: '2026, Nov 20 04:48' }, [second, third]],
    [{ start_time: second }, [second, third]],
    [{ start_time: '2026-11-20 04:48:46.691576' }, [third]],
    [{ end_time: '2026-11-21' }, [first, second]],
    [{ end_time: second }, [first, second]],
    [{ start_time: '2026-11-20T05:48:00+01:00', end_time: '21 Nov 2026' }, [second]],
    [{ count: 2 }, [second, third]],
    [{ count: 1, search_function: 'test.ping', end_time: '2026-11-21' }, [first]],
    [{ count: 0 }, []],
    [{ count: 9 }, [first, second, third]],
  ])('%j finds %j', async (kwarg, expected) => {
    await stored.job({ jid: first })
    const arg = ['uptime', keywordMap({ metadata: { ticket: 7 } })]
    await stored.job({ jid: second, fun: 'cmd.run', arg, tgt: ['web1', 'db1'], tgt_type: 'list' })
    await stored.job({ jid: third, fun: ['test.ping', 'cmd.run'], arg: [[], ['id']] })
    expect(await jids(kwarg)).toEqual(expected)
  })

  test('a jid with a suffix belongs to its moment', async () => {
    await stored.job({ jid: `${second}_42` })
    expect(await jids({ start_time: second, end_time: second })).toEqual([`${second}_42`])
  })

  test('shows the metadata of a job', async () => {
    await stored.job({ jid: first, arg: [keywordMap({ metadata: { ticket: 7 } })] })
    expect(await run('list_jobs')).toMatchObject({ [first]: { Metadata: { ticket: 7 } } })
  })

  test('an outputter that is asked for goes along in the form salt-run knows', async () => {
    expect(await run('list_jobs', [], { outputter: 'json' })).toEqual({ outputter: 'json', data: {} })
  })

  test('another cache is not asked, and the log says so', async () => {
    const lines: string[] = []
    const log: Logger = { ...silentLog, info: (message: string) => void lines.push(message) }
    await callMaster('runners', context({ log }), ['jobs.list_jobs', [], { ext_source: 'redis' }])
    expect(lines).toEqual(['ext_source ignored: jobs are in the store of the master'])
  })

  test('a moment nobody can read is an error that shows how to write one', async () => {
    await expect(run('list_jobs', [], { start_time: 'yesterday' })).rejects.toMatchObject({
      code: 'ARGUMENTS_INVALID',
      message: '"yesterday" is no moment that can be read',
      hint: expect.stringContaining('2026-11-20 04:47:28'),
    })
  })

  test('many jobs leave the loop to others, also to those who add jobs', async () => {
    const start = 1_795_000_000_000_000n
    await Promise.all(
      Array.from({ length: 2000 }, (_, index) => stored.job({ jid: jidAt(start + BigInt(index)) })),
    )
    const added: Promise<unknown>[] = []
    let turns = 0
    let listing = true
    const others = (async () => {
      while (listing) {
        added.push(stored.job({ jid: jidAt(start - 1n - BigInt(turns)) }))
        turns += 1
        await new Promise((resolve) => setImmediate(resolve))
      }
    })()
    const found = await jids({})
    listing = false
    await Promise.all([others, ...added])
    expect(turns).toBeGreaterThanOrEqual(3)
    expect(found.length).toBeGreaterThanOrEqual(2000)
    expect(found).toEqual([...found].sort())
  })
})

describe('metadata', () => {
  test('noted on a job are shown and searched, whatever they are', async () => {
    await stored.job({ jid: first, metadata: { ticket: 7, team: 'web' } })
    await stored.job({ jid: second, metadata: 'a text' })
    await stored.job({ jid: third, arg: [keywordMap({ metadata: { ticket: 8 } })] })
    expect(await jids({ search_metadata: { ticket: 7 } })).toEqual([first])
    expect(await jids({ search_metadata: { ticket: 8 } })).toEqual([third])
    expect(await jids({ search_metadata: { ticket: 9 } })).toEqual([])
    expect(await run('list_jobs')).toMatchObject({
      [first]: { Metadata: { ticket: 7, team: 'web' } },
      [second]: { Metadata: 'a text' },
    })
  })
})

describe('list_jobs_filter', () => {
  beforeEach(async () => {
    await stored.job({ jid: first })
    await stored.job({ jid: second })
    await stored.job({ jid: third, fun: 'saltutil.find_job' })
  })

  test('gives the newest as a list, find_job left out', async () => {
    expect(await run('list_jobs_filter', [1])).toEqual([
      {
        Function: 'test.ping',
        Arguments: [],
        Target: '*',
        'Target-type': 'glob',
        User: 'root',
        StartTime: '2026, Nov 20 04:48:46.691575',
        JID: second,
      },
    ])
  })

  test('or not left out', async () => {
    const found = await run('list_jobs_filter', [2], { filter_find_job: false })
    expect(found).toMatchObject([{ JID: second }, { JID: third }])
  })
})

describe('one job', () => {
  beforeEach(async () => {
    const jid = await stored.job({ jid: first, minions: ['m2', 'm1', 'm3'] })
    await stored.ret(jid, 'm2', true)
    await stored.ret(jid, 'm1', 'ERROR: no', { retcode: 1, out: 'nested' })
  })

  test('print_job shows it below its jid as Salt does', async () => {
    const jid = await stored.job({ jid: second })
    await stored.ret(jid, 'm1', true)
    await stored.ret(jid, 'm2', true)
    expect(await shownBy('nested', await run('print_job', [second]))).toBe(printed)
  })

  test('list_job has the jid beside the rest', async () => {
    expect(await run('list_job', [first])).toEqual({
      jid: first,
      Function: 'test.ping',
      Arguments: [],
      Target: '*',
      'Target-type': 'glob',
      User: 'root',
      Minions: ['m1', 'm2', 'm3'],
      StartTime: '2026, Nov 20 04:47:28.176538',
      Result: {
        m1: { return: 'ERROR: no', retcode: 1, success: false, out: 'nested' },
        m2: { return: true, retcode: 0, success: true },
      },
    })
  })

  test('lookup_jid gives what came back, and on demand who is missing', async () => {
    const all = { m1: 'ERROR: no', m2: true }
    const missing = { m3: 'Minion did not return' }
    expect(await run('lookup_jid', [first])).toEqual(all)
    expect(await run('lookup_jid', [first], { missing: true })).toEqual({ ...all, ...missing })
    expect(await run('lookup_jid', [first, null, false, true])).toEqual(missing)
  })

  test('lookup_jid says why a minion of a batch is missing', async () => {
    const missing = [{ id: 'm3', status: 'Not run', reason: 'the batch was stopped' }]
    await stored.store.saveMissing(first as StoredJob['jid'], missing)
    expect(await run('lookup_jid', [first, null, false, true])).toEqual({
      m3: 'Minion did not return: the batch was stopped',
    })
  })

  test('runs shows the runners under way, and stop_run ends one', async () => {
    expect(await run('runs')).toEqual({ [first]: { fun: 'jobs.list_jobs', user: 'root', pid: 12 } })
    expect([await run('stop_run', [second]), await run('stop_run', [first])]).toEqual([true, false])
  })

  test('stop_batch tells whether there was one to stop', async () => {
    expect(await run('stop_batch', [second])).toBe(true)
    expect(await run('stop_batch', [first])).toBe(false)
  })

  test('lookup_jid shows a highstate as one, also when a minion failed', async () => {
    await stored.ret(first as StoredJob['jid'], 'm3', {}, { out: 'highstate' })
    expect(await run('lookup_jid', [first])).toMatchObject({ outputter: 'highstate', data: { m3: {} } })
  })

  test('exit_success goes by the return code, and absence is no success', async () => {
    expect(await run('exit_success', [first])).toEqual({ m1: false, m2: true, m3: false })
  })

  test('last_run prints the newest job that passes', async () => {
    await stored.job({ jid: second, fun: 'cmd.run', tgt: 'web1' })
    expect(Object.keys((await run('last_run')) as object)).toEqual([second])
    expect(Object.keys((await run('last_run', [], { function: 'test.*' })) as object)).toEqual([first])
    expect(Object.keys((await run('last_run', [], { target: 'web1' })) as object)).toEqual([second])
    expect(await run('last_run', [], { function: 'state.*' })).toBe(false)
  })
})

describe('a job that does not exist', () => {
  const nowhere = '20200101000000000000'

  test('lookup_jid prints nothing', async () => {
    expect(await run('lookup_jid', [nowhere])).toEqual({})
    expect(await run('lookup_jid', [nowhere], { missing: true })).toEqual({})
    expect(await shownBy('nested', {})).toBe('')
  })

  test('print_job has the words of Salt for it', async () => {
    expect(await run('print_job', [nowhere])).toEqual({
      [nowhere]: {
        Function: 'unknown-function',
        Arguments: [],
        Target: 'unknown-target',
        'Target-type': 'list',
        User: 'root',
        StartTime: '2020, Jan 01 00:00:00.000000',
        Result: {},
      },
    })
  })

  test('exit_success knows nobody', async () => {
    expect(await run('exit_success', [nowhere])).toEqual({})
  })
})

test.each(['lookup_jid', 'list_job', 'print_job', 'exit_success'])(
  '%s refuses what is no jid',
  async (fun) => {
    await expect(run(fun, ['2026'])).rejects.toMatchObject({
      code: 'JID_INVALID',
      message: 'jid "2026" is not 20 digits with an optional _suffix',
    })
  },
)

test('a jid that came as a number is one', async () => {
  await stored.job({ jid: first })
  expect(await run('print_job', [BigInt(first)])).toHaveProperty(first)
})

describe('active', () => {
  test('shows who runs a job and who has returned', async () => {
    const job = stored.store.load(await stored.job({ jid: second }))!
    const older = stored.store.load(await stored.job({ jid: first, fun: 'test.sleep', arg: [60] }))!
    const { jobs } = context()
    const active = () => [
      { job, running: ['m2', 'm1'], returned: ['m3'] },
      { job: older, running: ['m1'], returned: [] },
    ]
    const found = await callMaster('runners', context({ jobs: { ...jobs!, active } }), ['jobs.active'])
    expect(Object.keys(found as object)).toEqual([first, second])
    expect(found).toMatchObject({
      [first]: { Function: 'test.sleep', Arguments: [60], Running: [{ m1: null }], Returned: [] },
      [second]: { Running: [{ m1: null }, { m2: null }], Returned: ['m3'] },
    })
  })

  test('prints nothing when nothing runs', async () => {
    expect(await shownBy('nested', await run('active'))).toBe('')
  })
})

test('without a running master there are no jobs', async () => {
  await expect(callMaster('runners', contextOf({}), ['jobs.active'])).rejects.toMatchObject({
    code: 'MASTER_UNREACHABLE',
  })
})

const listed = `20261120044728176538:
    ----------
    Arguments:
    Function:
        test.ping
    StartTime:
        2026, Nov 20 04:47:28.176538
    Target:
        *
    Target-type:
        glob
    User:
        root
20261120044846691575:
    ----------
    Arguments:
        - 20261120044728176538
    Function:
        saltutil.find_job
    StartTime:
        2026, Nov 20 04:48:46.691575
    Target:
        - m1
    Target-type:
        list
    User:
        root
20261121051234000001:
    ----------
    Arguments:
        |_
        |_
          - echo hi
    Function:
        - test.ping
        - cmd.run
    StartTime:
        2026, Nov 21 05:12:34.000001
    Target:
        m1
    Target-type:
        glob
    User:
        root`

const printed = `20261120044846691575:
    ----------
    Arguments:
    Function:
        test.ping
    Minions:
        - m1
        - m2
    Result:
        ----------
        m1:
            ----------
            retcode:
                0
            return:
                True
            success:
                True
        m2:
            ----------
            retcode:
                0
            return:
                True
            success:
                True
    StartTime:
        2026, Nov 20 04:48:46.691575
    Target:
        *
    Target-type:
        glob
    User:
        root`
