// SPDX-License-Identifier: Apache-2.0
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CommandOutcome, MasterContext, MinionCommand } from '@halite/loader'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { ShownRollout } from '../../src/runners/update/shown-rollout.ts'
import { callMaster, contextOf, minion } from './master-call.ts'

interface Result {
  readonly data: ShownRollout
  readonly retcode: number
}

/** Id → version, undefined when it is not connected. */
let fleet: Map<string, string | undefined>
/** Id → what it says instead of updating. */
let faults: Map<string, string>
let commands: MinionCommand[]
let events: string[]
let cachedir: string
/** Called after each command. */
let then: (ids: readonly string[]) => void

beforeEach(() => {
  cachedir = mkdtempSync(join(tmpdir(), 'halite-rollout-'))
  fleet = new Map(Array.from({ length: 10 }, (_, at) => [`m${at}`, '1.0']))
  faults = new Map()
  commands = []
  events = []
  then = () => undefined
})
afterEach(() => rmSync(cachedir, { recursive: true }))

/** A fleet whose minions update at once. */
async function command(asked: MinionCommand): Promise<CommandOutcome> {
  commands.push(asked)
  const ids = asked.tgt as readonly string[]
  const here = ids.filter((id) => fleet.get(id) !== undefined)
  for (const id of here) if (!faults.has(id)) fleet.set(id, String(asked.arg[0]))
  then(ids)
  return {
    jid: '20260101120000000000',
    minions: ids,
    returns: Object.fromEntries(
      here
        .filter((id) => faults.get(id) !== 'silent')
        .map((id) => {
          const fault = faults.get(id)
          const value = fault === undefined ? { comment: 'Updated from 1.0 to 1.1' } : { _error: fault }
          return [id, { return: value, retcode: fault === undefined ? 0 : 1, success: fault === undefined }]
        }),
    ),
    missing: ids
      .filter((id) => !here.includes(id) || faults.get(id) === 'silent')
      .map((id) => ({
        id,
        status: here.includes(id) ? 'No response' : 'Not connected',
        reason: here.includes(id) ? 'does not run the job and has not returned' : 'the connection was lost',
      })),
  }
}

function context(parts: Partial<MasterContext> = {}): MasterContext {
  return contextOf({
    options: { cachedir, nodegroups: { canaries: 'L@m8,m9' } },
    presence: () => [...fleet].map(([id, version]) => minion(id, version !== undefined, version)),
    command,
    fireEvent: (tag) => void events.push(tag.split('/').slice(4).join('/')),
    ...parts,
  })
}

const roll = (kwarg: Record<string, unknown> = {}, version = '1.1', ctx = context()) =>
  callMaster('runners', ctx, ['update.rollout', [version], { soak: 0, ...kwarg }]) as Promise<Result>
const call = (fun: string, kwarg: Record<string, unknown> = {}, ctx = context()) =>
  callMaster('runners', ctx, [`update.${fun}`, [], kwarg])
const status = () => call('status') as Promise<ShownRollout>
const file = () => join(cachedir, 'rollouts', readdirSync(join(cachedir, 'rollouts')).sort().at(-1) ?? '')

describe('a roll-out', () => {
  test('takes up groups one after the other, and few minions at a time', async () => {
    const { data, retcode } = await roll({ groups: ['N@canaries', '50%'], batch: '2' })
    expect(retcode).toBe(0)
    expect(data).toMatchObject({ status: 'done', version: '1.1', failed: {}, absent: {} })
    expect(data.groups.map(({ group, updated }) => [group, updated])).toEqual([
      ['N@canaries', 2],
      ['50%', 3],
      ['rest', 5],
    ])
    expect(commands.map(({ tgt }) => tgt.length)).toEqual([2, 2, 1, 2, 2, 1])
    expect([...(commands[0]?.tgt ?? [])].sort()).toEqual(['m8', 'm9'])
    expect(commands[0]).toMatchObject({ fun: 'saltutil.update', tgt_type: 'list', timeout: 300 })
    expect(new Set(fleet.values())).toEqual(new Set(['1.1']))
    expect(events[0]).toBe('start')
    expect(events.filter((event) => event === 'soak')).toHaveLength(2)
    expect(events.at(-1)).toBe('done')
  })

  test.each([365, -1])(
    'a clock that jumps by %i days while a group has to stay well changes nothing',
    async (days) => {
      fleet = new Map([
        ['m0', '1.0'],
        ['m1', '1.0'],
      ])
      then = () => {
        vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + days * 86_400_000 })
      }
      const beganMs = performance.now()
      const { data } = await roll({ soak: 1 }).finally(() => vi.useRealTimers())
      expect(data.status).toBe('done')
      expect(performance.now() - beganMs).toBeGreaterThanOrEqual(1000)
      expect(performance.now() - beganMs).toBeLessThan(20_000)
    },
  )

  test('is the last one, also when the clock was set back since the one before it', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 365 * 86_400_000 })
    await roll({}, '1.1').finally(() => vi.useRealTimers())
    for (const version of ['1.2', '1.3']) {
      await roll({}, version)
      expect(await status()).toMatchObject({ version })
    }
  })

  test('begins with one, a tenth and a half of all', async () => {
    fleet = new Map(Array.from({ length: 40 }, (_, at) => [`m${at}`, '1.0']))
    const { data } = await roll()
    expect(data.groups.map(({ group, updated }) => [group, updated])).toEqual([
      ['1', 1],
      ['10%', 3],
      ['50%', 16],
      ['rest', 20],
    ])
    expect(Math.max(...commands.map(({ tgt }) => tgt.length))).toBe(4)
  })

  test('begins with the same minions for one version, with others for another', async () => {
    const begin = async (version: string) => {
      commands = []
      fleet = new Map([...fleet.keys()].map((id) => [id, '1.0']))
      await roll({ groups: ['5'], batch: '100%' }, version)
      return commands[0]?.tgt
    }
    const first = await begin('1.1')
    expect(await begin('1.1')).toEqual(first)
    expect(await begin('1.2')).not.toEqual(first)
  })

  test('passes over minions that have the version', async () => {
    fleet.set('m1', '1.1.0')
    const { data } = await roll({ groups: [] })
    expect(data.groups).toEqual([
      { group: 'rest', status: 'done', updated: 10, failed: 0, absent: 0, pending: 0 },
    ])
    expect(commands.flatMap(({ tgt }) => tgt)).not.toContain('m1')
  })

  test('halts when more failed than may, and touches nobody else', async () => {
    for (const id of fleet.keys())
      faults.set(id, 'Unable to update to version 1.1: it did not reach a master')
    const { data, retcode } = await roll()
    expect(retcode).toBe(1)
    expect(commands).toHaveLength(1)
    expect(data.status).toBe('halted')
    expect(data.reason).toMatch(/^1 failed, 0 may: m\d: Unable to update to version 1.1: it did not reach/)
    expect(data.groups.map(({ status, pending }) => [status, pending])).toEqual([
      ['halted', 0],
      ['pending', 4],
      ['pending', 5],
    ])
  })

  test('goes on while few failed, and does not count as a success', async () => {
    faults.set('m3', 'no').set('m4', 'silent')
    const { data, retcode } = await roll({ fail_max: '20%' })
    expect(data.status).toBe('done')
    expect(retcode).toBe(1)
    expect(data.failed).toEqual({ m3: 'no', m4: 'does not run the job and has not returned' })
  })

  test('does not count a minion that is not connected', async () => {
    fleet.set('m5', undefined)
    const { data, retcode } = await roll()
    expect({ retcode, status: data.status, absent: data.absent }).toEqual({
      retcode: 0,
      status: 'done',
      absent: { m5: 'the connection was lost' },
    })
    fleet.set('m5', '1.0')
    const again = (await call('resume')) as Result
    expect(again.data).toMatchObject({ status: 'done', absent: {} })
    expect(fleet.get('m5')).toBe('1.1')
  })

  test.each([
    ['lost', undefined, 'it was lost after the update'],
    ['went back', '1.0', 'it runs 1.0 again'],
  ])('halts when a minion %s while the group has to stay well', async (_, version, why) => {
    then = ([id = '']) => fleet.set(id, version)
    const { data } = await roll()
    expect(data.status).toBe('halted')
    expect(Object.values(data.failed)).toEqual([why])
    expect(commands).toHaveLength(1)
  })

  test('counts a minion that returned too late, once it is there', async () => {
    for (const id of fleet.keys()) faults.set(id, 'silent')
    then = (ids) => {
      for (const id of ids) fleet.set(id, '1.1')
    }
    const { data } = await roll({ fail_max: '100%' })
    expect(data.status).toBe('done')
    expect(data.groups.slice(0, -1).every(({ failed }) => failed === 0)).toBe(true)
  })
})

describe('a roll-out that was halted', () => {
  beforeEach(async () => {
    for (const id of fleet.keys()) faults.set(id, 'no')
    await roll()
    faults.clear()
  })

  test('goes on with those that failed', async () => {
    const { data, retcode } = (await call('resume')) as Result
    expect({ retcode, status: data.status, failed: data.failed }).toEqual({
      retcode: 0,
      status: 'done',
      failed: {},
    })
  })

  test('goes on without those that failed', async () => {
    const { data, retcode } = (await call('resume', { retry: false })) as Result
    expect(Object.values(data.failed)).toEqual(['no'])
    expect({ retcode, status: data.status }).toEqual({ retcode: 1, status: 'done' })
    expect([...fleet.values()].filter((version) => version === '1.1')).toHaveLength(9)
  })
})

describe('where it stands', () => {
  test('is kept in a file for the master alone', async () => {
    await roll()
    expect(statSync(join(cachedir, 'rollouts')).mode & 0o777).toBe(0o700)
    expect(JSON.parse(readFileSync(file(), 'utf8'))).toMatchObject({ version: '1.1', status: 'done' })
    expect(await call('list')).toEqual([
      { rollout: expect.stringMatching(/^\d{20}$/), version: '1.1', status: 'done', reason: '' },
    ])
    expect(existsSync(join(cachedir, 'rollouts', '.rollout.lock'))).toBe(false)
  })

  test('of one whose runner was killed is that it was interrupted, and it goes on', async () => {
    const killed = new AbortController()
    then = () => killed.abort(new Error('killed'))
    await expect(roll({}, '1.1', context({ signal: killed.signal }))).rejects.toThrow('killed')
    expect(await status()).toMatchObject({ status: 'interrupted', reason: 'the runner ended: killed' })
    // As after SIGKILL: nobody could write it down.
    const text = readFileSync(file(), 'utf8')
    writeFileSync(file(), text.replace('"status":"interrupted"', '"status":"running"'))
    expect(await status()).toMatchObject({
      status: 'interrupted',
      reason: 'the process that worked on it is gone',
    })
    then = () => undefined
    const { data } = (await call('resume')) as Result
    expect(data.status).toBe('done')
    expect(commands.filter(({ tgt }) => tgt.includes(commands[0]?.tgt[0] ?? ''))).toHaveLength(1)
  })

  test('says so when its file is damaged, and others are listed', async () => {
    await roll()
    await roll({}, '1.2')
    writeFileSync(file(), '\0\0\0\0')
    await expect(status()).rejects.toThrow(/rollouts\/\d{20}\.json cannot be read: /)
    expect(await call('list')).toEqual([
      expect.objectContaining({ version: '1.1', status: 'done' }),
      expect.objectContaining({ status: 'unreadable' }),
    ])
  })

  test('of none is an error that says how to begin', async () => {
    await expect(status()).rejects.toThrow('no version was rolled out yet')
    await expect(call('status', { rollout: '20260101120000000000' })).rejects.toThrow(
      'there is no roll-out 20260101120000000000',
    )
  })
})

describe('stopping', () => {
  test('a roll-out that runs keeps it from the next step, with the reason', async () => {
    const runs = () => [{ jid: '1' as never, fun: 'update.rollout', user: 'root', pid: process.pid }]
    const ctx = context({ jobs: { runs } as unknown as NonNullable<MasterContext['jobs']> })
    let stopped: Promise<unknown> | undefined
    then = () => {
      stopped ??= call('stop', { reason: 'the database is slow' }, ctx)
    }
    const { data, retcode } = await roll({ soak: 60 }, '1.1', ctx)
    await stopped
    expect({ retcode, status: data.status, reason: data.reason }).toEqual({
      retcode: 1,
      status: 'stopped',
      reason: 'the database is slow',
    })
    expect(commands).toHaveLength(1)
  })

  test('one that does not run marks it', async () => {
    for (const id of fleet.keys()) faults.set(id, 'no')
    await roll()
    expect(await call('stop')).toMatchObject({ status: 'stopped', reason: 'by update.stop' })
  })
})

describe('is refused:', () => {
  test.each([
    ['no version', '../../etc', {}, /"\.\.\/\.\.\/etc" is not a version/],
    ['an option', '--allow', {}, /is not a version/],
    ['nobody', '1.1', { tgt: 'x*' }, /no accepted minion matches/],
    ['an unknown target type', '1.1', { tgt_type: 'who' }, /targets of type who are not served/],
    ['too many', '1.1', { fail_max: '200%' }, /"200%" is not a number of minions or a percentage/],
    ['no number', '1.1', { batch: '-1' }, /"-1" is not a number of minions/],
    ['a group that is no target', '1.1', { groups: ['( and'] }, /./],
  ])('%s', async (_, version, kwarg, why) => {
    await expect(roll(kwarg, version)).rejects.toThrow(why)
    expect(commands).toEqual([])
    expect(existsSync(join(cachedir, 'rollouts'))).toBe(false)
  })

  test.each(['../../../etc/passwd', '20260101120000000000/../x', '*', ''])('the id %j', async (rollout) => {
    await roll()
    await expect(call('status', { rollout })).rejects.toThrow(/jid .* is not 20 digits/)
    await expect(call('stop', { rollout })).rejects.toThrow(/jid .* is not 20 digits/)
  })

  test('a second one beside the first', async () => {
    let second: Promise<unknown> | undefined
    then = () => {
      second ??= roll().catch((error: Error) => error.message)
    }
    await roll()
    expect(await second).toMatch(/rollout is already running on .*rollouts \(pid \d+\)/)
  })
})
