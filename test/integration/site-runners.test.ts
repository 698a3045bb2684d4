// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { RunnerClient, WheelClient } from '@halite/client'
import { removeTemporaryDirectory, startCluster, temporaryDirectory } from '@halite/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

/* Runners and wheel functions that a site adds to its master: they run in executors, and the master never imports them. */

let site: string
let cluster: Awaited<ReturnType<typeof startCluster>>
let runner: RunnerClient
let wheel: WheelClient

function write(kind: 'runners' | 'wheel', name: string, functions: string): void {
  mkdirSync(join(site, kind), { recursive: true })
  const text = `export default ({ defineModule, masterFn, arg }) => defineModule({
    name: '${name}', doc: '${name}.',
    functions: { ${functions} },
  })`
  writeFileSync(join(site, kind, `${name}.mjs`), text)
}

const pid = "pid: masterFn({ doc: 'Pid.', run: () => process.pid })"

beforeAll(async () => {
  site = temporaryDirectory('site')
  cluster = await startCluster({ minions: [], master: { module_dirs: [site] } })
  runner = new RunnerClient({ options: cluster.masterOptions })
  wheel = new WheelClient({ options: cluster.masterOptions })
})
afterAll(async () => {
  await runner?.close()
  await wheel?.close()
  await cluster?.close()
  removeTemporaryDirectory(site)
})

describe('a runner of the site', () => {
  test('is found by the running master, sees its context, and runs elsewhere', async () => {
    await expect(runner.cmd('own.pid')).rejects.toThrow("'own.pid' is not available.")
    write(
      'runners',
      'own',
      `${pid},
      twice: masterFn({ doc: 'Twice.', args: { n: arg.integer('A number.') }, run: (_ctx, { n }) => 2 * n }),
      keys: masterFn({ doc: 'Keys.', run: (ctx) => ctx.keys.listAll() }),
      echo: masterFn({ doc: 'Echo.', run: (ctx) => ctx.run.output(['echo', 'hello']) }),`,
    )
    expect(await runner.cmd('own.pid')).not.toBe(process.pid)
    expect(await runner.cmd('own.twice', ['21'])).toBe(42)
    expect(await runner.cmd('own.keys')).toMatchObject({ minions: [] })
    expect(await runner.cmd('own.echo')).toBe('hello')
  })

  test('that is edited is the new one in the next call', async () => {
    write('runners', 'own', `${pid}, answer: masterFn({ doc: 'Answer.', run: () => 'new' })`)
    expect(await runner.cmd('own.answer')).toBe('new')
  })

  test('is refused bad arguments where it runs', async () => {
    write(
      'runners',
      'strict',
      "one: masterFn({ doc: 'One.', args: { n: arg.integer('A number.') }, run: () => 1 })",
    )
    await expect(runner.cmd('strict.one', ['x'])).rejects.toMatchObject({ code: 'ARGUMENTS_INVALID' })
    await expect(runner.cmd('strict.two')).rejects.toMatchObject({ code: 'FUNCTION_UNKNOWN' })
  })

  test('may end its process, and the master goes on', async () => {
    write('runners', 'fatal', "exit: masterFn({ doc: 'Exit.', run: () => process.exit(7) })")
    await expect(runner.cmd('fatal.exit')).rejects.toMatchObject({ code: 'JOB_ABORTED' })
    expect(await runner.cmd('own.answer')).toBe('new')
  })
})

test('a wheel function of the site runs in an executor, a built-in one in the master', async () => {
  write('wheel', 'own', pid)
  expect(await wheel.cmd('own.pid')).not.toBe(process.pid)
  expect(await wheel.cmd('key.list_all')).toMatchObject({ minions: [] })
})
