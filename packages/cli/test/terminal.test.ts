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
