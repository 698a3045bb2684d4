// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SaltError, Secret } from '@halite/core'
import { createLogger, type LoggerOptions, type ProcessLogger } from '@halite/core/log'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

let dir = ''
let lines: string[] = []
const opened: ProcessLogger[] = []

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'halite-log-'))
  lines = []
})

afterEach(() => {
  for (const log of opened.splice(0)) log.close()
  rmSync(dir, { recursive: true })
})

function open(options: Partial<LoggerOptions> = {}): ProcessLogger {
  const log = createLogger({
    level: 'info',
    stream: { write: (text: string) => lines.push(text) },
    ...options,
  })
  opened.push(log)
  return log
}

describe('text on the terminal', () => {
  it("has Salt's form, with fields behind the message", () => {
    open().info('key accepted', { id: 'web1', tries: 2, reason: 'two words', list: ['a', 1], none: null })
    expect(lines).toEqual([
      '[INFO    ] key accepted id=web1 tries=2 reason="two words" list=["a",1] none=null\n',
    ])
  })

  it('colours the level only when told', () => {
    open({ color: true }).error('failed')
    expect(lines).toEqual(['[\u001b[31mERROR   \u001b[0m] failed\n'])
  })

  it('keeps one line one line, and lets no terminal command through', () => {
    open().warning('a\nb\u001b[2J', { value: 'x\n[INFO    ] forged\u009b2J' })
    expect(lines).toEqual(['[WARNING ] a\n           b\\u001b[2J value="x\\n[INFO    ] forged\\u009b2J"\n'])
  })

  it('carries the fields of its parents, but not the part', () => {
    open().child({ part: 'master.jobs' }).child({ jid: '2026' }).info('published', { minions: 3 })
    expect(lines).toEqual(['[INFO    ] published jid=2026 minions=3\n'])
  })
})

describe('levels', () => {
  const all = ['trace', 'debug', 'info', 'warning', 'error', 'critical'] as const

  it.each([
    ['all', 6],
    ['garbage', 6],
    ['trace', 6],
    ['debug', 5],
    ['profile', 4],
    ['info', 4],
    ['warning', 3],
    ['error', 2],
    ['critical', 1],
    ['quiet', 0],
  ] as const)('%s shows %d of six', (level, count) => {
    const log = open({ level })
    for (const name of all) log[name]('x')
    expect(lines).toHaveLength(count)
  })

  it('change under children that exist already', () => {
    const log = open({ level: 'error' })
    const child = log.child({ part: 'x' })
    child.info('unseen')
    log.setLevel('debug')
    child.debug('seen')
    expect(lines).toEqual(['[DEBUG   ] seen\n'])
  })

  it('do not touch fields of lines that are not written', () => {
    const touched = {
      get value(): string {
        throw new Error('looked')
      },
    }
    expect(() => open({ level: 'error' }).info('unseen', touched)).not.toThrow()
  })
})

describe('JSON', () => {
  it('is one object per line', () => {
    open({ format: 'json' }).child({ part: 'minion' }).warning('slow', { ms: 5 })
    expect(lines).toHaveLength(1)
    const record = JSON.parse(lines[0]!) as Record<string, unknown>
    expect(record).toMatchObject({ level: 'warning', msg: 'slow', part: 'minion', ms: 5, pid: process.pid })
    expect(new Date(record['time'] as string).toISOString()).toBe(record['time'])
  })
})

describe('secrets', () => {
  it.each(['text', 'json'] as const)('do not reach %s', (format) => {
    const log = open({ format })
    log.info('x', {
      value: new Secret('hidden-1'),
      password: 'hidden-2',
      deep: [{ api_token: 'hidden-3', PRIVATE_KEY: ['hidden-4'] }, new Map([['passwd', 'hidden-5']])],
      client_secret: { a: 'hidden-6' },
      master_priv: 'hidden-7',
      shown: 'visible',
    })
    log.child({ db_pass: 'hidden-8' }).info('y')
    expect(lines.join('')).not.toContain('hidden')
    expect(lines.join('')).toContain('visible')
  })
})

describe('odd values', () => {
  it('under the names of the line itself do not hide it', () => {
    open().info('message', { level: 1, msg: 'x', time: 0, pid: 2 })
    expect(lines).toEqual(['[INFO    ] message level_=1 msg_=x time_=0 pid_=2\n'])
  })

  it('are shown shortly', () => {
    const circle: Record<string, unknown> = { name: 'a' }
    circle['self'] = circle
    const deep = Array.from({ length: 30 }).reduce<unknown>((inner) => [inner], 'core')
    open({ format: 'json' }).info('x', {
      circle,
      deep,
      bytes: Buffer.from('abc'),
      big: 2n ** 60n,
      error: new SaltError('BUSY', 'queue is full', { cause: new Error('disk') }),
      date: new Date(0),
      set: new Set([1]),
    })
    expect(JSON.parse(lines[0]!)).toMatchObject({
      circle: { name: 'a', self: '<circular>' },
      bytes: '<3 bytes>',
      big: '1152921504606846976',
      error: 'BUSY: queue is full; caused by disk',
      date: '1970-01-01T00:00:00.000Z',
      set: [1],
    })
    expect(lines[0]).toContain('<deeper>')
  })
})

describe('the log file', () => {
  it("is made with its directory, has Salt's form and a level of its own", () => {
    const file = join(dir, 'a', 'b', 'master')
    const log = open({ file, fileLevel: 'debug', level: 'error' })
    log.child({ part: 'master.jobs' }).debug('published', { jid: '1' })
    expect(readFileSync(file, 'utf8')).toMatch(
      new RegExp(
        `^\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d,\\d{3} \\[master\\.jobs {6}\\]\\[DEBUG {3}\\]\\[${process.pid}\\] published jid=1\n$`,
      ),
    )
    expect(lines).toEqual([])
  })

  it('is for its owner and group', (ctx) => {
    ctx.skip(process.platform === 'win32', 'Windows has no permission bits')
    const file = join(dir, 'log')
    open({ file })
    expect(statSync(file).mode & 0o777 & ~process.umask()).toBe(0o640 & ~process.umask())
  })

  it('is appended to', () => {
    const file = join(dir, 'log')
    writeFileSync(file, 'before\n')
    open({ file, format: 'json' }).info('after')
    expect(readFileSync(file, 'utf8')).toMatch(/^before\n\{.*after.*\}\n$/)
  })

  it('is reopened after it was moved away', () => {
    const file = join(dir, 'log')
    const log = open({ file })
    log.info('one')
    renameSync(file, join(dir, 'old'))
    log.info('two')
    log.reopen()
    log.info('three')
    expect(readFileSync(join(dir, 'old'), 'utf8')).toMatch(/one\n.*two\n$/)
    expect(readFileSync(file, 'utf8')).toMatch(/three\n$/)
  })

  it('may be closed twice; lines then reach the terminal only', () => {
    const file = join(dir, 'log')
    const log = open({ file })
    log.close()
    log.close()
    log.info('late')
    expect(lines).toHaveLength(1)
    expect(readFileSync(file, 'utf8')).toBe('')
  })

  it('that cannot be opened is an error that names it', () => {
    mkdirSync(join(dir, 'log'))
    expect(() => open({ file: join(dir, 'log') })).toThrow(
      expect.objectContaining({
        code: 'PERMISSION_DENIED',
        message: expect.stringContaining(join(dir, 'log')),
      }),
    )
  })

  it.each(['fifo', 'link'])('that others may have put there is refused (%s)', (kind) => {
    const shared = join(dir, 'shared')
    mkdirSync(shared)
    chmodSync(shared, 0o1777)
    const file = join(shared, 'log')
    if (kind === 'fifo') execFileSync('mkfifo', [file])
    else symlinkSync(join(dir, 'victim'), file)
    expect(() => open({ file })).toThrow(expect.objectContaining({ code: 'FILE_UNSAFE' }))
    expect(existsSync(join(dir, 'victim'))).toBe(false)
  })

  it('that cannot be opened again stays the one that is written', () => {
    const shared = join(dir, 'shared')
    mkdirSync(shared)
    chmodSync(shared, 0o1777)
    const file = join(shared, 'log')
    const log = open({ file })
    renameSync(file, join(dir, 'old'))
    symlinkSync(join(dir, 'victim'), file)
    expect(() => log.reopen()).toThrow(expect.objectContaining({ code: 'FILE_UNSAFE' }))
    log.info('goes on')
    expect(readFileSync(join(dir, 'old'), 'utf8')).toContain('goes on')
    expect(existsSync(join(dir, 'victim'))).toBe(false)
  })

  it('that cannot be written is reported once, and the process goes on', (ctx) => {
    ctx.skip(!existsSync('/dev/full'), 'there is no /dev/full')
    const log = open({ file: '/dev/full' })
    log.info('one')
    log.info('two')
    expect(lines.filter((line) => line.includes('/dev/full cannot be written'))).toHaveLength(1)
    expect(lines.filter((line) => line.startsWith('[INFO'))).toHaveLength(2)
  })
})
