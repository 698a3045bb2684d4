// SPDX-License-Identifier: Apache-2.0
import type { CallFunction } from '@halite/loader'
import { expect, test } from 'vitest'
import '../src/functions.generated.ts'

test('a call of a built-in function is checked by the compiler, without an import of it', async () => {
  const calls: unknown[][] = []
  const record = async (...args: unknown[]) => void calls.push(args)
  const call = record as unknown as CallFunction

  await call('cmd.run', { cmd: 'uptime', timeout: 5 })
  await call('cmd.run', ['uptime', '/tmp'], { timeout: 5 })
  await call('test.ping')
  await call('test.arg', [1, 'two'], { three: 3 })
  await call('site.function', { anything: 1 })
  // @ts-expect-error: text is wanted
  await call('cmd.run', { cmd: 5 })
  // @ts-expect-error: cmd is required
  await call('cmd.run')
  // @ts-expect-error: no such argument
  await call('cmd.which', { cmd: 'x', path: '/bin' })
  // @ts-expect-error: a place that there is not
  await call('cmd.which', ['x', 'y'])
  // @ts-expect-error: one of two words
  await call('cmd.powershell', { cmd: 'dir', shell: 'bash' })

  expect(calls).toHaveLength(10)
})
