// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isAlive, processStart, processState, silentLog } from '@halite/core'
import { captureLog, removeTemporaryDirectory, temporaryDirectory } from '@halite/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { LeftoverLedger } from '../src/leftover-ledger.ts'
import { removeLeftovers } from '../src/remove-leftovers.ts'

let cachedir: string
const folder = () => join(cachedir, 'leftovers')
const ledgers = () => (existsSync(folder()) ? readdirSync(folder()) : [])
/** A process that does not run: no process id is that large. */
const gone = '4194305-1'

beforeEach(() => {
  cachedir = temporaryDirectory('leftovers')
})
afterEach(() => removeTemporaryDirectory(cachedir))

function leave(...lines: string[]): void {
  mkdirSync(folder(), { recursive: true })
  writeFileSync(join(folder(), gone), lines.join(''))
}

const source = (name: string, file: string) =>
  JSON.stringify(new URL(`../../${name}/dist/${file}.js`, import.meta.url).href)
const noteOf = (number: number, thing: object) => `+${number} ${JSON.stringify(thing)}\n`
const remove = (log = silentLog) => removeLeftovers({ directory: folder(), log })

describe('the ledger', () => {
  test('makes no file until something is noted, and leaves none when all of it is taken back', () => {
    const ledger = new LeftoverLedger(cachedir, silentLog)
    expect(ledgers()).toEqual([])
    const takeBack = ledger.note({ kind: 'file', path: '/a' })
    expect(ledgers()).toEqual([`${process.pid}-${processStart(process.pid)}`])
    takeBack()
    takeBack()
    ledger.close()
    expect(ledgers()).toEqual([])
  })

  test('of a process that runs is left alone', async () => {
    const path = join(cachedir, 'held')
    writeFileSync(path, '')
    const ledger = new LeftoverLedger(cachedir, silentLog)
    ledger.note({ kind: 'file', path })
    await remove()
    expect([existsSync(path), ledgers().length]).toEqual([true, 1])
    ledger.close()
    await removeLeftovers({ directory: folder(), pid: process.pid, log: silentLog })
    expect([existsSync(path), ledgers()]).toEqual([false, []])
  })

  test('stays small however much is noted and taken back', () => {
    const ledger = new LeftoverLedger(cachedir, silentLog)
    for (let done = 0; done < 2000; done += 1) ledger.note({ kind: 'file', path: '/a/path' })()
    const kept = ledger.note({ kind: 'file', path: '/b' })
    ledger.close()
    kept()
    expect(ledgers().length).toBeLessThanOrEqual(1)
  })

  test('that cannot be written is logged, and costs nothing else', () => {
    writeFileSync(folder(), 'in the way')
    const captured = captureLog()
    new LeftoverLedger(cachedir, captured.log).note({ kind: 'file', path: '/a' })()
    expect(captured.find('what a killed job leaves behind cannot be noted')).toBeDefined()
  })
})

describe('what a killed process left', () => {
  test('files and empty directories are removed, the last one first; what was taken back stays', async () => {
    const [directory, file, kept] = ['scratch', 'scratch/code', 'kept'].map((name) => join(cachedir, name))
    mkdirSync(directory ?? '')
    for (const path of [file, kept]) writeFileSync(path ?? '', '')
    leave(
      noteOf(1, { kind: 'file', path: directory }),
      noteOf(2, { kind: 'file', path: kept }),
      noteOf(3, { kind: 'file', path: file }),
      noteOf(4, { kind: 'file', path: join(cachedir, 'never made') }),
      '-2\n',
      '+5 {"kind":"fi',
    )
    await remove()
    expect([existsSync(directory ?? ''), existsSync(kept ?? ''), ledgers()]).toEqual([false, true, []])
  })

  test('a program is ended with its descendants, and another one with its process id is not', async () => {
    const child = spawn('sh', ['-c', 'sleep 100 & wait'], { detached: true })
    const other = spawn('sleep', ['100'], { detached: true })
    await Promise.all([once(child, 'spawn'), once(other, 'spawn')])
    const [pid = 0, otherPid = 0] = [child.pid, other.pid]
    leave(
      noteOf(1, { kind: 'program', pid, started: processStart(pid) }),
      noteOf(2, { kind: 'program', pid: otherPid, started: '1' }),
    )
    const ended = once(child, 'exit')
    await remove()
    expect((await ended)[1]).toBe('SIGKILL')
    expect(isAlive(otherPid)).toBe(true)
    other.kill('SIGKILL')
  })

  test('a program is ended whose process id was not noted yet, and another one is not', async (ctx) => {
    ctx.skip(process.platform !== 'linux', 'its environment is read from /proc')
    const script = `
        import { run, silentLog } from ${source('core', 'index')}
        import { programRunner } from ${source('loader', 'index')}
        import { LeftoverLedger } from ${source('executor', 'leftover-ledger')}
        const leftovers = new LeftoverLedger(process.argv[1], silentLog)
        // The program runs, and nobody has heard of its id.
        const onStart = () => process.kill(process.pid, 'SIGKILL')
        const machine = { run: (argv, options) => run(argv, { ...options, onStart }) }
        const { signal } = new AbortController()
        await programRunner({ signal, leftovers }, machine)(['sh', '-c', 'echo $$ > "$0"; sleep 100 & wait', process.argv[2]])`
    const path = join(cachedir, 'pid')
    const words = ['--input-type=module', '-e', script, cachedir, path]
    const killed = spawn(process.execPath, words, { stdio: 'inherit' })
    const other = spawn('sleep', ['100'], { detached: true, env: { HALITE_PROGRAM: '1-1-1' } })
    expect((await once(killed, 'exit'))[1]).toBe('SIGKILL')
    await remove()
    const pid = Number(readFileSync(path, 'utf8'))
    expect([processState(pid), isAlive(other.pid ?? 0), ledgers()]).toEqual(['gone', true, []])
    other.kill('SIGKILL')
  })

  test('a program that is only about to be started is waited for, and then no more', async () => {
    leave(noteOf(1, { kind: 'start', mark: '4194305-1-1' }))
    const child = setTimeout(() => {
      late = spawn('sleep', ['100'], { detached: true, env: { HALITE_PROGRAM: '4194305-1-1' } })
    }, 300)
    let late: ChildProcess | undefined
    await remove()
    clearTimeout(child)
    expect(late?.pid).toBeDefined()
    expect(processState(late?.pid ?? 0)).toBe('gone')
    expect(ledgers()).toEqual([])
  })

  test('a directory that is not empty stays, with the ledger, and is tried again', async () => {
    const directory = join(cachedir, 'full')
    mkdirSync(directory)
    appendFileSync(join(directory, 'file'), '')
    leave(noteOf(1, { kind: 'file', path: directory }))
    const captured = captureLog()
    await remove(captured.log)
    expect(captured.find('what a killed job left behind stays')).toBeDefined()
    expect([existsSync(directory), ledgers()]).toEqual([true, [gone]])
  })

  test.each([
    ['+1 {"kind":"constructor","path":"/tmp"}\n'],
    ['+1 {"kind":"program","pid":1,"started":"1"}\n'],
    ['+1 {"kind":"start","mark":5}\n'],
    ['+1 {"kind":"file","path":5}\n'],
    ['+1 not JSON\n'],
  ])('a ledger with %j removes nothing', async (line) => {
    leave(line)
    const captured = captureLog()
    await remove(captured.log)
    expect(captured.find('what a killed job left behind stays')).toBeDefined()
  })

  test('the root of this system is never cleared of its processes', async () => {
    leave(noteOf(1, { kind: 'root', path: '/' }))
    await remove()
    expect(ledgers()).toEqual([])
  })
})
