// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLog } from '@halite/core'
import { beginTrial, Layout, readVerdict, rollBack } from '@halite/updater'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ReleaseTrial } from '../src/release-trial.ts'

const [old, next] = ['salt-1.0.linux-x64', 'salt-1.1.linux-x64']
let layout: Layout
let fired: unknown[]
let answers: Record<string, { readonly retcode: number }>

beforeEach(() => {
  layout = new Layout(mkdtempSync(join(tmpdir(), 'halite-release-trial-')))
  fired = []
  answers = {}
  for (const name of [old, next]) {
    mkdirSync(layout.version(name), { recursive: true })
    const manifest = { app: 'salt', version: '1', platform: 'linux-x64', tools: [], files: [] }
    writeFileSync(layout.manifest(name), JSON.stringify(manifest))
  }
  writeFileSync(layout.current, `${old}\n`)
  const note = { jid: '1', result: 'updated' }
  beginTrial(layout, { version: next, judge: old, needs: 'master', maxAttempts: 3, deadlineMs: 1000, note })
})

afterEach(() => rmSync(layout.root, { recursive: true }))

/** A minion that runs from the release `name`, and finds the jobs `left` of a former process. */
function minionOn(name: string, left: readonly string[]): ReleaseTrial {
  const trial = new ReleaseTrial({
    id: 'm1',
    log: silentLog,
    release: { name, directory: layout.version(name), root: layout.root },
    fire: async (tag) => fired.push(tag) > 0,
    answer: (jid, { retcode }) => (answers[jid] = { retcode }),
  })
  trial.begin(left)
  return trial
}

describe('jobs that a former process left', () => {
  test('are all answered once the new version is confirmed: the one that it is for, and others', async () => {
    const trial = minionOn(next, ['1', '2'])
    expect(answers).toEqual({})
    trial.reachedMaster('master')
    expect(answers).toEqual({ 1: { retcode: 0 }, 2: { retcode: 1 } })
    await expect.poll(() => fired).toEqual(['update/confirmed'])
    await expect.poll(() => readVerdict(layout)).toBeUndefined()
  })

  test('are all answered once the version before it is back', async () => {
    rollBack(layout, 'test')
    minionOn(old, ['1', '2']).reachedMaster('master')
    expect(answers).toEqual({ 1: { retcode: 1 }, 2: { retcode: 1 } })
    await expect.poll(() => fired).toEqual(['update/rolledback'])
  })
})
