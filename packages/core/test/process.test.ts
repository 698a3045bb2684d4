// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { isAlive, killTree, run } from '@halite/core'
import { beforeEach, describe, expect, it } from 'vitest'

const node = (script: string) => [process.execPath, '-e', script]

describe('run', () => {
  it('collects both streams and the exit code', async () => {
    const result = await run(node('console.log("out"); console.error("err"); process.exitCode = 3'))
    expect(result).toMatchObject({ retcode: 3, timedOut: false, truncated: false })
    expect(result.stdout.toString()).toBe('out\n')
    expect(result.stderr.toString()).toBe('err\n')
    expect(result.pid).toBeGreaterThan(1)
  })

  it('hands on stdin, environment and directory', async () => {
    const dir = realpathSync(mkdtempSync(join(tmpdir(), 'halite-run-')))
    try {
      const script =
        'process.stdin.on("data", (d) => console.log(String(d), process.env.WORD, process.cwd()))'
      const result = await run(node(script), { stdin: 'in', env: { ...process.env, WORD: 'word' }, cwd: dir })
      expect(result.stdout.toString()).toBe(`in word ${dir}\n`)
    } finally {
      rmSync(dir, { recursive: true })
    }
  })

  it('can put both streams together', async () => {
    const result = await run(node('process.stdout.write("a", () => process.stderr.write("b"))'), {
      mergeStderr: true,
    })
    expect([...result.stdout.toString()].sort().join('')).toBe('ab')
    expect(result.stderr).toHaveLength(0)
  })

  it('passes arguments as they are: there is no shell', async () => {
    const words = ['$HOME', '`id`', 'a b', ';', '*']
    const result = await run([...node('console.log(JSON.stringify(process.argv.slice(1)))'), '--', ...words])
    expect(JSON.parse(result.stdout.toString())).toEqual(words)
  })

  it('keeps as much output as told', async () => {
    const result = await run(node('process.stdout.write("x".repeat(100000))'), { maxOutputBytes: 1000 })
    expect(result.stdout).toHaveLength(1000)
    expect(result.truncated).toBe(true)
  })

  it('does not mind a child that leaves its input unread', async () => {
    const result = await run(node('process.exit(0)'), { stdin: 'x'.repeat(1_000_000) })
    expect(result.retcode).toBe(0)
  })

  it('rejects when there is nothing to start', async () => {
    await expect(run([])).rejects.toThrow('argv is empty')
    await expect(run(['/no/such/program'])).rejects.toMatchObject({ code: 'ENOENT' })
  })
})

describe('killing', () => {
  beforeEach((ctx) => ctx.skip(process.platform === 'win32', 'the family is started by sh'))

  const family = ['sh', '-c', 'sleep 300 & echo $!; wait']

  it('on timeout takes the whole tree', async () => {
    const result = await run(family, { timeoutMs: 500 })
    expect(result).toMatchObject({ timedOut: true, retcode: 137 })
    await gone(Number(result.stdout.toString()))
  })

  it('on abort takes the whole tree', async () => {
    const result = await run(family, { signal: AbortSignal.timeout(500) })
    expect(result).toMatchObject({ timedOut: false, retcode: 137 })
    await gone(Number(result.stdout.toString()))
  })

  it('on a signal that is aborted already ends at once', async () => {
    const result = await run(['sleep', '300'], { signal: AbortSignal.abort() })
    expect(result.retcode).toBe(137)
  })

  it('reports a signal as a shell does', async () => {
    expect((await run(['sh', '-c', 'kill -TERM $$'])).retcode).toBe(143)
  })

  it('never reaches for init, for itself or for nothing', () => {
    expect(killTree(undefined, 'SIGKILL')).toBe(false)
    expect(killTree(0, 'SIGKILL')).toBe(false)
    expect(killTree(1, 'SIGKILL')).toBe(false)
    expect(killTree(-5, 'SIGKILL')).toBe(false)
  })

  it('says when there is nobody', () => {
    expect(killTree(2 ** 30, 'SIGTERM')).toBe(false)
    expect(isAlive(2 ** 30)).toBe(false)
    expect(isAlive(process.pid)).toBe(true)
  })
})

/** A killed orphan is reaped by init a moment later. */
async function gone(pid: number): Promise<void> {
  for (let tries = 0; isAlive(pid) && tries < 50; tries++) await delay(100)
  expect(isAlive(pid)).toBe(false)
}
