// SPDX-License-Identifier: Apache-2.0

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isAlive, killTree, OrphanGuard, processState, startNodeChild } from '@halite/core'
import { repositoryRoot, temporaryDirectory, until } from '@halite/testing'
import { expect, it } from 'vitest'

const isPosix = process.platform !== 'win32'
const core = JSON.stringify(join(repositoryRoot, 'packages/core/dist/index.js'))

/** A parent that starts blocked children, tells their pids, and lives until it is killed. */
const parent = `
import { OrphanGuard, startNodeChild } from ${core}
const [loop, forgotten] = process.argv.slice(2)
const guard = new OrphanGuard(1)
const pids = Array.from({ length: Number(forgotten) + 2 }, () => {
  const { pid } = startNodeChild(loop)
  guard.watch(pid)
  return pid
})
for (const pid of pids.slice(0, Number(forgotten))) guard.forget(pid)
process.send(pids)
setInterval(() => undefined, 1000)
`

function written(name: string, text: string): string {
  const path = join(temporaryDirectory('orphans'), name)
  writeFileSync(path, text)
  return path
}

it('children that are blocked end when their parent was killed, unless they were forgotten', async (ctx) => {
  ctx.skip(!isPosix, 'needs SIGKILL and process groups')
  const blocked = written('blocked.mjs', 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)')
  const child = startNodeChild(written('parent.mjs', parent), { args: [blocked, '1'] })
  const pids = await new Promise<number[]>((resolve) =>
    child.once('message', (told) => resolve(told as number[])),
  )
  try {
    await until('the children run', () => pids.every((pid) => processState(pid) === 'running'))
    // Not its tree: the children stay behind.
    child.kill('SIGKILL')
    await until(
      'the watched ones are gone',
      () => pids.slice(1).every((pid) => processState(pid) === 'gone'),
      20_000,
    )
    expect(isAlive(pids[0] ?? 0)).toBe(true)
  } finally {
    for (const pid of pids) killTree(pid, 'SIGKILL')
  }
})

it('a guard that is closed leaves children alone, and watches nothing more', async (ctx) => {
  ctx.skip(!isPosix, 'needs SIGKILL and process groups')
  const child = startNodeChild(written('wait.mjs', 'setInterval(() => undefined, 1000)'))
  const { pid = 0 } = child
  const guard = new OrphanGuard(1)
  guard.watch(pid)
  guard.close()
  guard.watch(pid)
  await new Promise((resolve) => setTimeout(resolve, 1500))
  expect(isAlive(pid)).toBe(true)
  child.kill('SIGKILL')
})
