// SPDX-License-Identifier: Apache-2.0
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { until } from '@halite/testing'
import { describe, expect, test } from 'vitest'
import { startProgram } from '../src/process-stream.ts'

/** A program of Node with this text. */
const node = (script: string) => [process.execPath, '-e', script]
const isRunning = (pid: number) => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

describe('a program whose output is read as it comes', () => {
  test('gets what is written to it, and its output is there before it ends', async () => {
    const program = startProgram(node('process.stdin.pipe(process.stdout)'))
    program.stdin.write('one')
    const [first] = await Promise.race([
      program.stdout
        .iterator({ destroyOnReturn: false })
        .next()
        .then(({ value }) => [String(value)]),
      program.ended.then(() => ['ended']),
    ])
    expect(first).toBe('one')
    program.stdin.end('two')
    expect(await text(program.stdout)).toBe('two')
    expect(await program.ended).toEqual({ retcode: 0, stderr: '', isStalled: false })
  })

  test('has its exit code and the end of what it wrote to stderr', async () => {
    const much = "process.stderr.write('a'.repeat(100_000) + 'end', () => process.exit(3))"
    const program = startProgram(node(much))
    program.stdout.resume()
    const { retcode, stderr } = await program.ended
    expect(retcode).toBe(3)
    expect(stderr.length).toBe(64 * 1024)
    expect(stderr.endsWith('aend')).toBe(true)
  })

  test('runs where it is told to, with the environment that it is given and no other', async () => {
    const program = startProgram(node('console.log(process.cwd(), process.env.ONE, process.env.HOME)'), {
      cwd: '/',
      env: { ONE: '1' },
    })
    expect(await text(program.stdout)).toBe('/ 1 undefined\n')
  })

  test('that ends without reading its input is no error', async () => {
    const program = startProgram(node('process.exit(5)'))
    program.stdout.resume()
    await sleep(50)
    for (let round = 0; round < 20; round += 1) program.stdin.write(Buffer.alloc(64 * 1024))
    expect((await program.ended).retcode).toBe(5)
  })

  test('that does not exist fails for whoever reads it and whoever waits for it', async () => {
    const program = startProgram(['/nonexistent/program'])
    await expect(text(program.stdout)).rejects.toThrow('ENOENT')
    await expect(program.ended).rejects.toThrow('ENOENT')
  })
})

describe('a program is ended with all that it started', () => {
  const parent = `const { spawn } = require('node:child_process')
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
    console.log(child.pid); setInterval(() => {}, 1000)`

  test('when it is aborted', async () => {
    const controller = new AbortController()
    const program = startProgram(node(parent), { signal: controller.signal })
    const { value } = await program.stdout.iterator({ destroyOnReturn: false }).next()
    const pid = Number(value)
    expect(isRunning(pid)).toBe(true)
    controller.abort()
    program.stdout.resume()
    expect((await program.ended).retcode).toBe(128 + 9)
    await until('its child is gone', () => !isRunning(pid))
  })

  test('when it was aborted before it began', async () => {
    const program = startProgram(node(parent), { signal: AbortSignal.abort() })
    program.stdout.resume()
    expect((await program.ended).retcode).toBe(128 + 9)
  })

  test('when it reports nothing for too long, and not as long as it does', async () => {
    const silent = startProgram(node('setInterval(() => console.log(1), 10)'), { idleMs: 300 })
    silent.stdout.resume()
    expect(await silent.ended).toEqual({ retcode: 128 + 9, stderr: '', isStalled: true })
    const speaking =
      "let n = 0; setInterval(() => { process.stderr.write('.'); if (++n === 30) process.exit(0) }, 50)"
    const program = startProgram(node(speaking), { idleMs: 1200 })
    program.stdout.resume()
    expect(await program.ended).toMatchObject({ retcode: 0, isStalled: false })
  })
})
