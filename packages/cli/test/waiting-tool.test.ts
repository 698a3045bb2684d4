// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { run } from '@halite/core'
import { expect, test } from 'vitest'

const moduleOf = (path: string) =>
  JSON.stringify(pathToFileURL(join(import.meta.dirname, '../dist', path)).href)

test('a tool that waits for something which does not keep its process says how it ended', async () => {
  const program = `
    import { runTool } from ${moduleOf('main.js')}
    import { saltTool } from ${moduleOf('options/salt.js')}
    void runTool(saltTool, () => new Promise((resolve) => setTimeout(() => resolve(7), 300).unref()))`
  const argv = [process.execPath, '--input-type=module', '-e', program, '--', '*', 'test.ping']
  const { retcode, stderr } = await run(argv)
  expect(`${retcode}${stderr}`).toBe('7')
})
