// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path'
import { run } from '@halite/core'
import { expect, test } from 'vitest'

test('the compiler infers what types.test.ts says', { timeout: 60_000 }, async () => {
  const compiler = join(import.meta.dirname, '../../../node_modules/typescript/bin/tsc')
  const { retcode, stdout } = await run([process.execPath, compiler, '-p', import.meta.dirname])
  expect(stdout.toString()).toBe('')
  expect(retcode).toBe(0)
})
