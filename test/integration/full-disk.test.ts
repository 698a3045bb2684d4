// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process'
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { systemCodeOf } from '@halite/core'
import { type ProcessCluster, startProcesses, until } from '@halite/testing'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

const skipped = reasonToSkip()
let cluster: ProcessCluster
/** Where a small disk is mounted: the cache directories of the master and of the minion. */
const mounted: string[] = []

beforeAll(async () => {
  if (skipped !== undefined) return
  cluster = await startProcesses({ minions: ['m1'], start: false })
  for (const { cachedir } of [cluster.masterOptions, cluster.minionOptions('m1')]) {
    mkdirSync(cachedir, { recursive: true })
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=6m,mode=0750', 'tmpfs', cachedir])
    mounted.push(cachedir)
  }
  await cluster.start()
  await cluster.acceptAll()
})

afterAll(async () => {
  await cluster?.master.stop()
  await cluster?.minion('m1').stop()
  for (const path of mounted) execFileSync('umount', [path])
  await cluster?.close()
})

beforeEach((ctx) => {
  ctx.skip(skipped !== undefined, skipped ?? '')
})

test('on a full disk a job that is run is answered, with a warning that it is not kept', async () => {
  expect((await cluster.run('salt', 'm1', 'test.ping')).code).toBe(0)
  const ran = join(cluster.directory, 'ran')
  const filler = fill(cluster.masterOptions.cachedir)
  for (const expected of ['x\n', 'x\nx\n']) {
    const { code, stdout, stderr } = await cluster.run(
      'salt',
      'm1',
      'cmd.run',
      `echo x >> ${ran}; cat ${ran}`,
    )
    expect([code, stdout]).toEqual([0, `m1:\n${expected.replace(/^/gm, '    ').trimEnd()}\n`])
    expect(stderr).toMatch(/^\[WARNING \] job \d{20} runs and is not kept: .*No space left on device$/m)
    expect(readFileSync(ran, 'utf8')).toBe(expected)
  }
  const batch = await cluster.run('salt', '-b', '1', 'm1', 'cmd.run', `echo x >> ${ran}`)
  expect([batch.code, batch.stderr]).toEqual([73, expect.stringContaining('No space left on device')])
  expect(readFileSync(ran, 'utf8')).toBe('x\nx\n')
  rmSync(filler)
  const after = await cluster.run('salt', 'm1', 'cmd.run', 'echo kept')
  expect([after.code, after.stderr]).toEqual([0, ''])
  await until('the job is kept', async () => {
    return (await cluster.run('salt-run', 'jobs.list_jobs')).stdout.includes('echo kept')
  })
  const log = readFileSync(cluster.masterOptions.log_file, 'utf8')
  expect(log).not.toContain('nothing caught')
  expect(log).not.toMatch(/-\d{8,}/)
})

test('a minion whose disk is full runs nothing it cannot note, and returns what it did run', async () => {
  const ran = join(cluster.directory, 'ran on the minion')
  const gate = join(cluster.directory, 'gate')
  await nothingWaits()
  const slow = cluster.run(
    'salt',
    'm1',
    'cmd.run',
    `while [ ! -e '${gate}' ]; do sleep 0.1; done; echo done >> '${ran}'; cat '${ran}'`,
  )
  await until('the job is noted', () => readdirSync(join(cachedirOf('m1'), 'proc')).length > 0)
  const filler = fill(cachedirOf('m1'))
  const refused = await cluster.run('salt', 'm1', 'cmd.run', `echo x >> '${ran}'`)
  expect([refused.code, refused.stdout]).toEqual([1, expect.stringMatching(/the job was not run, .*ENOSPC/)])
  writeFileSync(gate, '')
  expect([(await slow).code, (await slow).stdout]).toEqual([0, 'm1:\n    done\n'])
  expect(readFileSync(ran, 'utf8')).toBe('done\n')
  rmSync(filler)
  expect((await cluster.run('salt', 'm1', 'test.ping')).code).toBe(0)
  await nothingWaits()
  expect(readdirSync(join(cachedirOf('m1'), 'proc'))).toEqual([])
  expect(readFileSync(cluster.minionOptions('m1').log_file, 'utf8')).not.toContain('nothing caught')
})

test('returns that come while the job store is full are shown, wait on the minion, and are kept once there is room', async () => {
  const big = 'head -c 600000 /dev/urandom | base64 -w0'
  const slow = cluster.run('salt', '--out=json', 'm1', 'cmd.run', `sleep 3; ${big}`)
  const batch = cluster.run('salt', '--out=json', '-b', '1', '*', 'cmd.run', `sleep 3; ${big}`)
  const unwatched = await cluster.run('salt', '--async', 'm1', 'cmd.run', `sleep 3; ${big}`)
  const logged = cluster.master.log().length
  const [jid = ''] = /\d{20}/.exec(unwatched.stdout) ?? []
  const filler = fill(cluster.masterOptions.cachedir)
  for (const { code, stdout, stderr } of [await slow, await batch]) {
    // A batch says there which minions it begins with.
    expect([code, stderr]).toEqual([0, expect.not.stringContaining('ERROR')])
    expect(stdout.length).toBeGreaterThan(800_000)
  }
  expect((await cluster.run('salt', 'm1', 'test.ping')).code).toBe(0)
  expect((await cluster.run('salt-run', 'batch.list_active')).stdout.trim()).toBe('')
  expect(statSync(journalOf('m1')).size).toBeGreaterThan(800_000)
  expect(cluster.master.log().slice(logged)).toContain('jobs and returns cannot be kept')
  rmSync(filler)
  await until(
    'the return is kept',
    async () => (await cluster.run('salt-run', 'jobs.lookup_jid', jid)).stdout.length > 800_000,
    60_000,
  )
  await nothingWaits()
  expect(cluster.master.log()).toContain('jobs and returns are kept again')
})

test('a master that cannot be started on a full disk says what is full, and starts when there is room', async () => {
  await cluster.master.stop()
  const filler = fill(cluster.masterOptions.cachedir)
  await expect(cluster.master.start()).rejects.toThrow(
    /lock file \S+ cannot be written: no space left on the disk hint="Make room on the disk of /,
  )
  expect(await cluster.master.exited).toEqual({ code: 73, signal: null })
  rmSync(filler)
  await cluster.master.start()
  await until('m1 is back', async () => (await cluster.run('salt', 'm1', 'test.ping')).code === 0, 30_000)
  expect((await cluster.run('salt', 'm1', 'cmd.run', 'echo kept later')).code).toBe(0)
  await until('the job is kept', async () => {
    return (await cluster.run('salt-run', 'jobs.list_jobs')).stdout.includes('echo kept later')
  })
})

/** What a daemon returned is acknowledged with the answer to its next heartbeat, and then takes no room any more. */
async function nothingWaits(): Promise<void> {
  await until('no return waits any more', () => statSync(journalOf('m1')).size === 0, 60_000)
}

function journalOf(id: string): string {
  return join(cachedirOf(id), 'returns.journal')
}

function cachedirOf(id: string): string {
  return cluster.minionOptions(id).cachedir
}

/** Fills the disk below a directory until nothing more goes in; what it returns is the file to remove. */
function fill(directory: string): string {
  const path = join(directory, 'fill')
  const { bsize } = statfsSync(directory)
  const descriptor = openSync(path, 'w')
  try {
    for (;;) writeSync(descriptor, Buffer.alloc(bsize))
  } catch (error) {
    if (systemCodeOf(error) !== 'ENOSPC') throw error
  } finally {
    closeSync(descriptor)
  }
  return path
}

function reasonToSkip(): string | undefined {
  if (process.env['HALITE_TEST_HOST'] !== '1') return 'it mounts, which is for HALITE_TEST_HOST=1'
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'it mounts, which needs root on Linux'
  return undefined
}
