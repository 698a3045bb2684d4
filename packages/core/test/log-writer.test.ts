// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process'
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LogWriter } from '../src/log-writer.ts'

const write: { fault: string | undefined; most: number } = { fault: undefined, most: 1e9 }
const writeSome = (descriptor: number, bytes: Buffer, offset: number) => {
  if (write.fault) throw Object.assign(new Error(`${write.fault}: made up`), { code: write.fault })
  return writeSync(descriptor, bytes, offset, Math.min(write.most, bytes.length - offset))
}

let directory: string
let descriptor: number
const failures: unknown[] = []

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'halite-log-'))
  descriptor = openSync(join(directory, 'log'), 'a')
  failures.length = 0
})
afterEach(() => {
  Object.assign(write, { fault: undefined, most: 1e9 })
  closeSync(descriptor)
  rmSync(directory, { recursive: true })
})

const writer = () => new LogWriter(descriptor, (error) => failures.push(error), writeSome)
const text = () => readFileSync(join(directory, 'log'), 'utf8')

describe('a log that cannot be written', () => {
  it.each(['ENOSPC', 'EIO', 'EDQUOT', 'EAGAIN'])('loses lines, says so once, and goes on: %s', (fault) => {
    const log = writer()
    log.write('one\n')
    write.fault = fault
    log.write('two\n')
    log.write('three\n')
    expect(failures).toEqual([expect.objectContaining({ code: fault })])
    write.fault = undefined
    log.write('four\n')
    log.write('five\n')
    expect(text()).toBe('one\n[2 lines of the log are missing here]\nfour\nfive\n')
    write.fault = fault
    log.write('six\n')
    expect(failures).toHaveLength(2)
  })

  it('writes what the system takes only in parts', () => {
    write.most = 3
    writer().write('a line of ünïcode\n')
    expect(text()).toBe('a line of ünïcode\n')
  })

  it('begins a new line behind one that was cut off', (ctx) => {
    ctx.skip(
      process.getuid?.() !== 0 || !existsSync('/bin/mount'),
      'it mounts a small disk, which needs root',
    )
    ctx.skip(process.env['HALITE_TEST_HOST'] !== '1', 'it mounts, which is for HALITE_TEST_HOST=1')
    const small = mkdtempSync(join(tmpdir(), 'halite-small-'))
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4096', 'tmpfs', small])
    const file = openSync(join(small, 'log'), 'a')
    try {
      const log = new LogWriter(file, (error) => failures.push(error))
      log.write(`${'x'.repeat(4000)}\n`)
      log.write(`${'y'.repeat(4000)}\n`)
      expect(failures).toHaveLength(1)
      execFileSync('mount', ['-o', 'remount,size=64k', small])
      log.write('on\n')
      const lines = readFileSync(join(small, 'log'), 'utf8').split('\n')
      expect(lines[0]).toBe('x'.repeat(4000))
      expect(lines[1]).toMatch(/^y{50,}$/)
      expect(lines.slice(2)).toEqual(['[1 lines of the log are missing here]', 'on', ''])
    } finally {
      closeSync(file)
      execFileSync('umount', [small])
      rmSync(small, { recursive: true })
    }
  })
})
