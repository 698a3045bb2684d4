// SPDX-License-Identifier: Apache-2.0
import { run } from '@halite/core'
import { toolPath } from '@halite/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Masterless } from '../fixtures/masterless.ts'

let machine: Masterless
beforeEach(() => {
  machine = new Masterless()
})
afterEach(() => machine[Symbol.dispose]())

/** Runs `salt-call` with a heap of so many megabytes. */
async function call(heap: number, ...words: string[]) {
  const argv = [process.execPath, toolPath('salt-call'), ...machine.words(words)]
  const env = { ...process.env, NODE_OPTIONS: `--max-old-space-size=${heap}`, NO_COLOR: '1' }
  return run(argv, { env, timeoutMs: 120_000, maxOutputBytes: 256 * 1024 * 1024 })
}

test('millions of lines are shown with memory in proportion to the text', async () => {
  const { retcode, stdout } = await call(320, 'cmd.run', 'yes | head -n 5000000')
  expect(retcode).toBe(0)
  expect(stdout.length).toBe('local:\n'.length + 5_000_000 * '    y\n'.length)
}, 180_000)

test('a command that prints without end is cut, and says so', async () => {
  const command = `yes ${'x'.repeat(1023)} | head -c 80000000`
  const { retcode, stdout } = await call(1024, 'cmd.run', command)
  expect(retcode).toBe(0)
  expect(stdout.length).toBeLessThan(70_000_000)
  expect(stdout.subarray(-140).toString()).toContain(
    'cut here: only the first 67108864 bytes of the output are kept',
  )
}, 180_000)
