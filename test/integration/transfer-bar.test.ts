// SPDX-License-Identifier: Apache-2.0
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { findProgram, run } from '@halite/core'
import { type ProcessCluster, startProcesses, temporaryDirectory, toolPath } from '@halite/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

/* The bar that shows how far a transfer is, on a terminal as people have it: `script` of util-linux runs a tool on one. */

const script = findProgram('script')
const directory = temporaryDirectory('transfer-bar')
const bytes = 4 * 1024 * 1024
const clear = '\r\u001b[K'
/** What takes the bar away, and what follows. */
const lastOf = (text: string) => text.slice(text.lastIndexOf(clear) + clear.length)

let server: Server
let url: string
let cluster: ProcessCluster

beforeAll(async () => {
  cluster = await startProcesses({
    minions: ['m1'],
    masterConfig: { salt_cp_chunk_size: 1024, file_roots: { base: [directory] } },
  })
  await cluster.acceptAll()
  // Half of the content, and after a while the other.
  server = createServer((_request, response) => {
    response.writeHead(200, { 'content-length': bytes })
    response.write(Buffer.alloc(bytes / 2))
    setTimeout(() => response.end(Buffer.alloc(bytes / 2)), 2500)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/large`
})
afterAll(async () => {
  server?.close()
  await cluster?.close()
})

/** All that a terminal of this width got. */
async function onTerminal(columns: number, words: readonly string[], term = 'xterm'): Promise<string> {
  const quoted = [process.execPath, ...words].map((word) => `'${word}'`).join(' ')
  const command = `stty cols ${columns} rows 24; exec ${quoted}`
  const env = { ...process.env, TERM: term, NO_COLOR: '1' }
  const argv = [script ?? '', '-qec', command, '/dev/null']
  return (await run(argv, { timeoutMs: 60_000, env })).stdout.toString('utf8')
}

/** What was drawn in one place after the other. */
function lines(text: string): string[] {
  return text.split(/\r\n|\r|\n/).map((line) => line.replace('\u001b[K', ''))
}

const fetch = () => [toolPath('salt-call'), '-c', cluster.configDir('m1'), '--local', 'cp.get_url', url]

describe('salt-call', () => {
  const widths: [number, RegExp][] = [
    [100, /large \[#{15}-{15}\] 50 % of 4\.0 MiB$/],
    [30, /large 50 % of 4\.0 MiB$/],
    [12, /^50 % of 4\.0$/],
  ]
  test.for(widths)('shows a bar in %i columns', async ([columns, bar], ctx) => {
    ctx.skip(script === undefined, 'needs script of util-linux')
    const dest = join(directory, `to-${columns}`)
    const text = await onTerminal(columns, [...fetch(), dest])
    const drawn = lines(text).filter((line) => line.includes('50 %'))
    expect(drawn.length).toBeGreaterThan(0)
    for (const line of drawn) {
      expect(line).toMatch(bar)
      expect(line.length).toBeLessThan(columns)
    }
    // It is gone before the result is printed.
    expect(lastOf(text)).toMatch(/^local:\r\n/)
  })

  test('shows none on a dumb terminal, with -l quiet, and where there is no terminal', async (ctx) => {
    ctx.skip(script === undefined, 'needs script of util-linux')
    const [dumb, quiet, piped] = await Promise.all([
      onTerminal(80, [...fetch(), join(directory, 'dumb')], 'dumb'),
      onTerminal(80, [...fetch(), join(directory, 'quiet'), '-l', 'quiet']),
      cluster.run('salt-call', '--local', 'cp.get_url', url, join(directory, 'piped')),
    ])
    expect(dumb).toBe(`local:\r\n    ${join(directory, 'dumb')}\r\n`)
    expect(quiet).toBe(`local:\r\n    ${join(directory, 'quiet')}\r\n`)
    expect(piped).toMatchObject({ stderr: '', stdout: `local:\n    ${join(directory, 'piped')}\n` })
  })
})

test('salt-cp --chunked shows how much has gone out', async (ctx) => {
  ctx.skip(script === undefined, 'needs script of util-linux')
  const source = join(directory, 'source')
  const dest = join(directory, 'dest')
  writeFileSync(source, Buffer.alloc(12 * 1024, 'x'))
  const words = [toolPath('salt-cp'), '-c', cluster.configDir('master'), '--chunked', 'm1', source, dest]
  const text = await onTerminal(70, words)
  expect(text).toMatch(/\[#+-*\] \d+ % of 0\.0 MiB/)
  for (const line of lines(text)) expect(line.length).toBeLessThan(70)
  expect(lastOf(text)).toMatch(/^m1:\r\n/)
  expect(readFileSync(dest, 'utf8')).toBe('x'.repeat(12 * 1024))
})
