// SPDX-License-Identifier: Apache-2.0
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { isAlive, lockDirectory, processState } from '@halite/core'
import { afterEach, beforeEach, expect, test } from 'vitest'

let directory: string
let path: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'lock-'))
  path = join(directory, '.salt-master.lock')
})
afterEach(() => rmSync(directory, { recursive: true }))

const running = expect.objectContaining({ code: 'ALREADY_RUNNING' })

/** A process that has ended: its pid, which nobody has now. */
async function endedPid(): Promise<number> {
  const child = spawn(process.execPath, ['-e', ''])
  await once(child, 'exit')
  return child.pid ?? 0
}

test('a directory is held by one at a time, and free again after release', () => {
  const lock = lockDirectory(directory, 'salt-master')
  expect(() => lockDirectory(directory, 'salt-master')).toThrow(running)
  expect(() => lockDirectory(directory, 'salt-master')).toThrow(
    `salt-master is already running on ${directory} (pid ${process.pid})`,
  )
  lock.release()
  expect(existsSync(path)).toBe(false)
  lockDirectory(directory, 'salt-master').release()
})

test('programs of another kind do not mind each other', () => {
  lockDirectory(directory, 'salt-master')
  expect(() => lockDirectory(directory, 'salt-minion')).not.toThrow()
})

test('the directory is made when it is missing', () => {
  lockDirectory(join(directory, 'a', 'b'), 'salt-master').release()
  expect(existsSync(join(directory, 'a', 'b'))).toBe(true)
})

test('what a process that is gone left behind is taken over', async () => {
  writeFileSync(path, JSON.stringify({ pid: await endedPid(), started: '1' }))
  lockDirectory(directory, 'salt-master')
  expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ pid: process.pid })
})

test('a pid that another process has by now is not taken for the holder', (ctx) => {
  ctx.skip(process.platform !== 'linux', 'when a process started is read from /proc')
  writeFileSync(path, JSON.stringify({ pid: process.pid, started: '1' }))
  expect(() => lockDirectory(directory, 'salt-master')).not.toThrow()
})

test.each(['', '{', 'null', '[]', '{"pid":"1"}', '{"pid":1}', '{"pid":0,"started":""}'])(
  'a lock file that holds %j holds nothing',
  (text) => {
    writeFileSync(path, text)
    expect(() => lockDirectory(directory, 'salt-master')).not.toThrow()
  },
)

test('what a clean-up that was killed left behind holds up nobody for long', () => {
  writeFileSync(path, '')
  mkdirSync(`${path}.clean-up`)
  expect(() => lockDirectory(directory, 'salt-master')).toThrow(running)
  const longAgo = Date.now() / 1000 - 60
  utimesSync(`${path}.clean-up`, longAgo, longAgo)
  lockDirectory(directory, 'salt-master').release()
  expect(readdirSync(directory)).toEqual([])
})

/** Takes the lock and keeps it until it is killed. */
const holding = `
  import { lockDirectory } from ${JSON.stringify(fileURLToPath(new URL('../dist/index.js', import.meta.url)))}
  lockDirectory(process.argv[1], 'salt-master')
  process.stdout.write('locked')
  setInterval(() => undefined, 1000)
`
const holdingArgv = () => ['--input-type=module', '--eval', holding, directory]
const holderPid = () => JSON.parse(readFileSync(path, 'utf8')).pid as number

test('one that was killed holds nothing at that moment, and nothing as a zombie', async (ctx) => {
  ctx.skip(process.platform !== 'linux', 'what a process is up to is read from /proc')
  // A parent that never waits for its child: what is killed stays a zombie for as long as it runs.
  const script = '"$0" "$@" & exec sleep 600'
  const parent = spawn('/bin/sh', ['-c', script, process.execPath, ...holdingArgv()])
  try {
    await once(parent.stdout, 'data')
    expect(() => lockDirectory(directory, 'salt-master')).toThrow(running)
    const pid = holderPid()
    process.kill(pid, 'SIGKILL')
    lockDirectory(directory, 'salt-master').release()
    expect(processState(pid)).toBe('gone')
    expect(isAlive(pid)).toBe(true)
  } finally {
    parent.kill('SIGKILL')
  }
})

test('one that is stopped still holds it', async (ctx) => {
  ctx.skip(process.platform === 'win32', 'Windows stops no process')
  const holder = spawn(process.execPath, holdingArgv())
  try {
    await once(holder.stdout, 'data')
    holder.kill('SIGSTOP')
    expect(() => lockDirectory(directory, 'salt-master')).toThrow(running)
  } finally {
    holder.kill('SIGKILL')
  }
})

test('children that outlive the holder do not hold it', async (ctx) => {
  ctx.skip(process.platform === 'win32', 'there is no shell')
  const holder = spawn(process.execPath, [
    '--input-type=module',
    '--eval',
    `import { spawn } from 'node:child_process'
     const child = spawn('sleep', ['600'], { stdio: 'inherit', detached: true })
     ${holding.replace("'locked'", "child.pid + ' '")}`,
    directory,
  ])
  const [text] = (await once(holder.stdout, 'data')) as [Buffer]
  const child = Number(text.toString())
  try {
    holder.kill('SIGKILL')
    lockDirectory(directory, 'salt-master').release()
    expect(isAlive(child)).toBe(true)
  } finally {
    process.kill(child, 'SIGKILL')
  }
})

test('the same pid and start in another run of the machine is another process', (ctx) => {
  ctx.skip(process.platform !== 'linux', 'runs of the machine are told apart by /proc')
  const lock = lockDirectory(directory, 'salt-master')
  const text = readFileSync(path, 'utf8')
  lock.release()
  writeFileSync(path, text)
  expect(() => lockDirectory(directory, 'salt-master')).toThrow(running)
  writeFileSync(path, JSON.stringify({ ...JSON.parse(text), boot: 'another' }))
  expect(() => lockDirectory(directory, 'salt-master')).not.toThrow()
})

/** Adds one to the number in a file, forty times, under the lock; every fifth time it leaves the lock as if killed. */
const counting = `
  import { readFileSync, writeFileSync } from 'node:fs'
  import { lockDirectory } from ${JSON.stringify(fileURLToPath(new URL('../dist/index.js', import.meta.url)))}
  const [directory] = process.argv.slice(1)
  const take = () => {
    for (;;) {
      try {
        return lockDirectory(directory, 'salt-master')
      } catch (error) {
        if (error.code !== 'ALREADY_RUNNING') throw error
      }
    }
  }
  for (let n = 0; n < 40; n++) {
    const lock = take()
    const count = Number(readFileSync(directory + '/count', 'utf8'))
    writeFileSync(directory + '/count', String(count + 1))
    if (n % 5 === 0) writeFileSync(directory + '/.salt-master.lock', '{"pid":0,"started":""}')
    else lock.release()
  }
`

test('of processes that try at once, one has it at a time, also when they find a leftover', async () => {
  writeFileSync(join(directory, 'count'), '0')
  const argv = ['--input-type=module', '--eval', counting, directory]
  await Promise.all(
    Array.from({ length: 5 }, () => promisify(execFile)(process.execPath, argv, { timeout: 60_000 })),
  )
  expect(readFileSync(join(directory, 'count'), 'utf8')).toBe('200')
}, 60_000)
