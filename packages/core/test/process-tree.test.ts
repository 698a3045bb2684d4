// SPDX-License-Identifier: Apache-2.0
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  descendantsOf,
  findProgram,
  isAlive,
  killTree,
  type ProcessSystem,
  run,
  startBackground,
} from '@halite/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

let directory = ''

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'process-'))
})

afterEach(() => rm(directory, { recursive: true }))

describe('a process tree', () => {
  beforeEach((ctx) => ctx.skip(process.platform !== 'linux', 'only Linux has /proc'))

  test('is killed with what has left its process group', async () => {
    const script = "setsid sh -c 'echo $$ > pid.new; mv pid.new pid; exec sleep 60' & sleep 60"
    const leader = await startBackground(['/bin/sh', '-c', script], { cwd: directory })
    const read = () => readFile(join(directory, 'pid'), 'utf8').catch(() => '')
    await expect.poll(read, { timeout: 5000 }).not.toBe('')
    const outsider = Number(await read())
    const tree = [leader, ...descendantsOf(leader)]
    expect(tree).toContain(outsider)
    expect(killTree(leader, 'SIGKILL')).toBe(true)
    await expect.poll(() => tree.filter(isAlive), { timeout: 5000 }).toEqual([])
    expect(killTree(leader, 'SIGKILL')).toBe(false)
  })

  test('has no descendants when there is no such process', () => {
    expect(descendantsOf(2 ** 30)).toEqual([])
  })
})

describe('mergeStderr', () => {
  test('keeps the order in which both streams were written', async () => {
    const script = 'for i in 1 2 3 4 5 6 7 8 9; do echo o$i; echo e$i >&2; done'
    const { stdout, stderr } = await run(['/bin/sh', '-c', script], { mergeStderr: true })
    const expected = [1, 2, 3, 4, 5, 6, 7, 8, 9].flatMap((i) => [`o${i}`, `e${i}`])
    expect(stdout.toString().trim().split('\n')).toEqual(expected)
    expect(stderr).toHaveLength(0)
  })

  test('keeps pid, words and the error of a missing program', async () => {
    const { pid, stdout } = await run(['/bin/sh', '-c', 'echo "$$ $1"', 'x', 'a  b'], { mergeStderr: true })
    expect(stdout.toString()).toBe(`${pid} a  b\n`)
    await expect(run(['/no/such/program'], { mergeStderr: true })).rejects.toMatchObject({ code: 'ENOENT' })
  })
})

describe('findProgram', () => {
  test('searches the path it is given, and takes only what may be executed', async () => {
    await writeFile(join(directory, 'tool'), '#!/bin/sh\n')
    await mkdir(join(directory, 'folder'))
    const path = `/no/such:${directory}`
    expect(findProgram('tool', { path })).toBeUndefined()
    await chmod(join(directory, 'tool'), 0o755)
    expect(findProgram('tool', { path })).toBe(join(directory, 'tool'))
    expect(findProgram('folder', { path })).toBeUndefined()
    expect(findProgram('./tool', { cwd: directory, path: '' })).toBe(join(directory, 'tool'))
    expect(findProgram('', { path })).toBeUndefined()
  })
})

test('startBackground rejects what cannot be started', async () => {
  await expect(startBackground(['/no/such/program'])).rejects.toMatchObject({ code: 'ENOENT' })
})

describe('on Windows', () => {
  const none = Buffer.alloc(0)

  function windows(answers: Readonly<Record<string, [code: number, output: Buffer]>> = {}) {
    const started: (readonly string[])[] = []
    const killed: number[] = []
    const system: ProcessSystem = {
      platform: 'win32',
      start: (argv, ended) => {
        started.push(argv)
        ended(...(answers[argv[0]] ?? [0, none]))
      },
      kill: (pid) => {
        if (pid === 13) throw new Error('EPERM')
        killed.push(pid)
      },
    }
    return { system, started, killed }
  }

  test.each(['SIGTERM', 'SIGKILL'] as const)('%s ends the whole tree with taskkill', (signal) => {
    const { system, started, killed } = windows()
    expect(killTree(4711, signal, system)).toBe(true)
    expect([started, killed]).toEqual([[['taskkill', '/T', '/F', '/PID', '4711']], []])
  })

  test('where taskkill refuses, the tree is that of the parents', () => {
    const table =
      'ParentProcessId  ProcessId\r\n1  4711\r\n4711  12  \r\n12  13\r\n13  14\r\n14  4711\r\n2  3\r\n'
    const { system, killed } = windows({
      taskkill: [1, none],
      wmic: [0, Buffer.from(`\uFEFF${table}`, 'utf16le')],
    })
    killTree(4711, 'SIGKILL', system)
    expect(killed).toEqual([4711, 12, 14])
  })

  test('without a list of parents the process alone is ended', () => {
    const { system, killed } = windows({ taskkill: [-1, none], wmic: [-1, none] })
    killTree(4711, 'SIGKILL', system)
    expect(killed).toEqual([4711])
  })

  test('a process that has ended already is left alone', () => {
    const { system, started, killed } = windows({ taskkill: [128, none] })
    killTree(4711, 'SIGKILL', system)
    expect([started.length, killed]).toEqual([1, []])
  })

  test.each([undefined, 0, 1, -5])('nothing is ended for the process id %s', (pid) => {
    const { system, started } = windows()
    expect(killTree(pid, 'SIGKILL', system)).toBe(false)
    expect(started).toEqual([])
  })
})
