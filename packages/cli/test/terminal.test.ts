// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Writable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { openTerminal, wantsColor } from '../src/terminal.ts'

const tty = Object.assign(new PassThrough(), { isTTY: true })
const pipe = new PassThrough()

describe('a line of status', () => {
  const watched = (more: object = {}) => {
    const stderr = Object.assign(new Recorder(), { isTTY: true, columns: 40, ...more })
    const stdout = new Recorder()
    return { stderr, stdout, terminal: openTerminal({ stdout, stderr, env: { TERM: 'xterm' } }) }
  }

  it('is drawn over, and goes when something is printed', async () => {
    const { terminal, stderr, stdout } = watched()
    expect(terminal.statusColumns).toBe(39)
    terminal.showStatus('')
    terminal.showStatus('one')
    terminal.showStatus('two \u001b[2J')
    terminal.print('result')
    terminal.printError('word')
    await terminal.flush()
    const clear = '\r\u001b[K'
    expect(stderr.text).toBe(`${clear}one${clear}two \\x1b[2J${clear}word\n`)
    expect(stdout.text).toBe('result\n')
  })

  it.each([
    ['nobody watches', { stderr: new Recorder() }],
    ['the terminal cannot draw over', { stderr: tty, env: { TERM: 'dumb' } }],
    ['remarks are not wanted', { stderr: tty, quiet: true }],
  ])('is not there where %s', (_case, options) => {
    const terminal = openTerminal({ stdout: new Recorder(), env: {}, ...options })
    expect(terminal.statusColumns).toBe(0)
  })

  it('follows the width of its terminal', () => {
    expect(watched({ columns: 0 }).terminal.statusColumns).toBe(79)
    expect(watched({ columns: 1 }).terminal.statusColumns).toBe(1)
  })
})

describe('colour', () => {
  it.each([
    ['on a terminal', { stdout: tty, env: {} }, true],
    ['in a pipe', { stdout: pipe, env: {} }, false],
    ['with --no-color', { stdout: tty, env: {}, noColor: true }, false],
    ['with NO_COLOR', { stdout: tty, env: { NO_COLOR: '1' } }, false],
    ['with an empty NO_COLOR', { stdout: tty, env: { NO_COLOR: '' } }, true],
    ['on a dumb terminal', { stdout: tty, env: { TERM: 'dumb' } }, false],
    ['with --force-color in a pipe', { stdout: pipe, env: {}, forceColor: true }, true],
    ['with --force-color and NO_COLOR', { stdout: tty, env: { NO_COLOR: '1' }, forceColor: true }, true],
  ])('%s', (_case, options, wanted) => {
    expect(wantsColor(options)).toBe(wanted)
  })
})

describe('a terminal', () => {
  it('prints lines to both streams and knows when they are written', async () => {
    const [stdout, stderr] = [new Recorder(), new Recorder()]
    const terminal = openTerminal({ stdout, stderr, env: {} })
    terminal.print('one')
    terminal.print('two')
    terminal.printError('three')
    await terminal.flush()
    expect(stdout.text).toBe('one\ntwo\n')
    expect(stderr.text).toBe('three\n')
  })

  it('stays quiet when the reader has gone away', async () => {
    const stdout = new Writable({ write: (_chunk, _encoding, done) => done(broken('EPIPE')) })
    const terminal = openTerminal({ stdout, env: {} })
    terminal.print('one')
    await terminal.flush()
    terminal.print('two')
    await terminal.flush()
  })

  it('lets a process end well whose output is cut off by its reader', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'halite-terminal-'))
    const script = join(folder, 'print.sh')
    await writeFile(script, 'head -c 1 >/dev/null\n')
    try {
      const reader = spawn('sh', [script], { stdio: ['pipe', 'ignore', 'ignore'] })
      const terminal = openTerminal({ stdout: reader.stdin, env: {} })
      terminal.print('x'.repeat(1024 * 1024))
      await Promise.all([terminal.flush(), once(reader, 'exit')])
      terminal.print('later')
      await terminal.flush()
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})

class Recorder extends Writable {
  text = ''

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk.toString()
    setTimeout(done, 5)
  }
}

function broken(code: string): Error {
  return Object.assign(new Error('write failed'), { code })
}

describe('control characters of others', () => {
  async function printed(text: string, { color = false } = {}): Promise<string> {
    const stdout = new PassThrough()
    const terminal = openTerminal({ stdout, stderr: new PassThrough(), forceColor: color })
    terminal.print(text)
    await terminal.flush()
    return String(stdout.read())
  }

  it('are written out', async () => {
    expect(await printed('\u001b]0;x\u0007\u001b[31mred\u202e')).toBe('\\x1b]0;x\\x07\\x1b[31mred\\u202e\n')
  })

  it('are written out between colours, which pass where colour is wanted', async () => {
    const text = '\u001b[0;32mgreen\u001b[2J\u001b[0;0m'
    expect(await printed(text, { color: true })).toBe('\u001b[0;32mgreen\\x1b[2J\u001b[0;0m\n')
  })

  it('are written out on standard error, and remarks are left out with -l quiet', async () => {
    const stderr = new PassThrough()
    const terminal = openTerminal({ stdout: new PassThrough(), stderr, quiet: true })
    terminal.remark('left out')
    terminal.printError('m\u001b[2J')
    await terminal.flush()
    expect(String(stderr.read())).toBe('m\\x1b[2J\n')
  })
})
