// SPDX-License-Identifier: Apache-2.0
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { callCmd, kw } from './call.ts'

const binds = ['/usr', '/bin', '/lib', '/lib64'].filter((path) => existsSync(path))

describe('cmd.run_chroot', () => {
  let root = ''

  beforeEach((ctx) => {
    ctx.skip(process.platform !== 'linux', 'other roots are for Linux')
    ctx.skip(process.env['HALITE_TEST_HOST'] !== '1', 'it mounts, which is for HALITE_TEST_HOST=1')
    root = mkdtempSync(join(tmpdir(), 'halite-root-'))
    for (const path of ['/dev', '/proc', '/sys', ...binds]) mkdirSync(join(root, path))
  })
  afterEach(() => {
    // Never through a mount that was left behind: that would remove what is not ours.
    if (root !== '' && mounts() === 0) rmSync(root, { recursive: true, force: true })
  })

  const mounts = () => readFileSync('/proc/self/mounts', 'utf8').split(root).length - 1

  test('runs a line inside, and leaves nothing mounted', async () => {
    const result = await callCmd('run_chroot', [root, 'cd /; echo *; echo oops >&2; exit 3', kw({ binds })])
    expect(result).toMatchObject({ return: { retcode: 3, stderr: 'oops' }, retcode: 3 })
    expect((result.return as { stdout: string }).stdout.split(' ')).toContain('proc')
    expect(mounts()).toBe(0)
  })

  test('ends what still runs inside', async () => {
    const startMs = performance.now()
    const line = 'sleep 300 >/dev/null 2>&1 & echo started'
    expect(await callCmd('run_chroot', [root, line, kw({ binds })])).toMatchObject({
      return: { stdout: 'started' },
    })
    expect(performance.now() - startMs).toBeLessThan(5000)
    expect(mounts()).toBe(0)
  })

  test('what cannot be mounted is told, and what was mounted goes', async () => {
    const result = await callCmd('run_chroot', [root, 'true', kw({ binds: ['/nonexistent'] })])
    expect(result).toMatchObject({ return: expect.stringMatching(/cannot be mounted/), retcode: 1 })
    expect(mounts()).toBe(0)
  })
})

describe('another root that others can change', () => {
  let root = ''

  beforeEach((ctx) => {
    ctx.skip(process.platform !== 'linux', 'other roots are for Linux')
    root = mkdtempSync(join(tmpdir(), 'halite-root-'))
  })
  afterEach(() => rmSync(root, { recursive: true, force: true }))

  test('has nothing mounted on a link', async () => {
    mkdirSync(join(root, 'elsewhere'))
    symlinkSync('elsewhere', join(root, 'dev'))
    const result = await callCmd('run_chroot', [root, 'true'])
    expect(result).toMatchObject({ return: expect.stringContaining('symbolic link'), retcode: 1 })
  })

  test('has nothing mounted where everybody may write', async () => {
    for (const path of ['dev', 'proc', 'sys']) mkdirSync(join(root, path))
    chmodSync(root, 0o777)
    const result = await callCmd('run_chroot', [root, 'true'])
    expect(result).toMatchObject({ return: expect.stringContaining('written by everybody'), retcode: 1 })
  })
})
