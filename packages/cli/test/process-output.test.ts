// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { beforeEach, describe, expect, it } from 'vitest'

const module = new URL('../dist/process-output.js', import.meta.url).href
const megabytes = 'é🙂'.repeat(500_000)

/** Runs `script`, which has `out` and `write`, with its standard output in a pipe that is read late. */
async function printed(script: string, shell = 'exec "$@"'): Promise<{ text: string; said: string }> {
  const source = `
    import { processOutput } from ${JSON.stringify(module)}
    const open = () => processOutput(1)
    const write = (out, text) => new Promise((done) => out.write(text, (error) => done(error?.code ?? 'written')))
    ${script}`
  const words = ['-c', shell, 'sh', process.execPath, '--input-type=module', '-e', source]
  const child = spawn('/bin/sh', words, { stdio: ['ignore', 'pipe', 'pipe'] })
  // It may end before its output is read.
  const closed = new Promise((resolve) => child.once('close', resolve))
  const [chunks, said]: [Buffer[], Buffer[]] = [[], []]
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk))
  await delay(200)
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  await closed
  return { text: Buffer.concat(chunks).toString(), said: Buffer.concat(said).toString() }
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

describe('the output of a process', () => {
  beforeEach((ctx) => ctx.skip(process.platform === 'win32', 'Windows writes to pipes by streams'))

  it('is written whole to a pipe, without a stream of Node', async () => {
    const script = `
      let isAsked = false
      Object.defineProperty(process, 'stdout', { get: () => { isAsked = true } })
      process._rawDebug(await write(open(), 'é🙂'.repeat(500_000)), isAsked)`
    const { text, said } = await printed(script)
    expect(hashOf(text)).toBe(hashOf(megabytes))
    expect(said).toBe('written false\n')
  })

  it('is written whole to a pipe that somebody else has set to refuse, cut between the bytes of a character or not', async () => {
    const script = `
      void process.stdout
      const out = open()
      const answers = [await write(out, 'é🙂'.repeat(500_000)), await write(out, 'end')]
      process._rawDebug(answers.join())`
    const { text, said } = await printed(script)
    expect(hashOf(text)).toBe(hashOf(`${megabytes}end`))
    expect(said).toBe('written,written\n')
  })

  it('says when the reader is gone', async () => {
    const script = `process._rawDebug(await write(open(), 'x'.repeat(1_000_000)))`
    expect((await printed(script, '"$@" | head -c 1 > /dev/null')).said).toBe('EPIPE\n')
  })

  it('is a stream of Node for a device', async (ctx) => {
    ctx.skip(!existsSync('/dev/full'), 'there is no device that is full')
    const script = `
      const out = open()
      out.on('error', () => undefined)
      process._rawDebug(out === process.stdout, await write(out, 'x'))`
    expect((await printed(script, '"$@" > /dev/full')).said).toBe('true ENOSPC\n')
  })
})
