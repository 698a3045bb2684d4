// SPDX-License-Identifier: Apache-2.0
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseMinionId, silentLog } from '@halite/core'
import { removeTemporaryDirectory, temporaryDirectory } from '@halite/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { MinionData } from '../src/minion-data.ts'

const [web1, web2] = ['web1', 'web2'].map(parseMinionId) as [never, never]
let cachedir: string

beforeEach(() => {
  cachedir = temporaryDirectory('data')
})
afterEach(() => removeTemporaryDirectory(cachedir))

const open = () => new MinionData(cachedir, silentLog)

test('grains are known at once and after a restart', () => {
  const grains = { os: 'Debian', ip4: ['10.0.0.1'], nested: { a: null } }
  const data = open()
  data.save(web1, { os: 'old' })
  data.save(web1, grains)
  expect(data.grains(web1)).toEqual(grains)
  expect(open().grains(web1)).toEqual(grains)
  expect(open().grains(web2)).toBeUndefined()
})

test('what is forgotten is gone from disk too', () => {
  const data = open()
  data.save(web1, { os: 'Debian' })
  data.forget(web1)
  data.forget(web2)
  expect(data.grains(web1)).toBeUndefined()
  expect(existsSync(join(cachedir, 'minions', 'web1'))).toBe(false)
})

test('a file that is cut off or foreign is as if there was none', () => {
  for (const [id, bytes] of [
    ['web1', Buffer.from([0x81, 0xa6])],
    ['web2', Buffer.from('not msgpack at all')],
  ] as const) {
    mkdirSync(join(cachedir, 'minions', id), { recursive: true })
    writeFileSync(join(cachedir, 'minions', id, 'data.p'), bytes)
  }
  mkdirSync(join(cachedir, 'minions', 'no id!'))
  const data = open()
  expect([data.grains(web1), data.grains(web2)]).toEqual([undefined, undefined])
  data.save(web1, { os: 'Debian' })
  expect(open().grains(web1)).toEqual({ os: 'Debian' })
})
