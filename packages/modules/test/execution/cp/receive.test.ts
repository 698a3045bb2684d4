// SPDX-License-Identifier: Apache-2.0
// Parts of files as `salt-cp -C` sends them.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { parseMinionId, silentLog } from '@halite/core'
import { createContext, keywordMap, Registry, runFunction } from '@halite/loader'
import { removeTemporaryDirectory, temporaryDirectory } from '@halite/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { manifest } from '../../../src/index.ts'

let directory: string
let dest: string
beforeEach(() => {
  directory = temporaryDirectory('receive')
  dest = join(directory, 'f')
})
afterEach(() => removeTemporaryDirectory(directory))

/** Receives a part, here. */
async function receive(part: {
  readonly chunk: string
  readonly append?: boolean
  readonly complete: boolean
}) {
  const registry = new Registry(manifest, { grains: {}, options: {} })
  const parts = { registry, id: parseMinionId('m1'), options: {}, grains: {}, pillar: {}, log: silentLog }
  const arg = [keywordMap({ dest, mode: 0o640, ...part })]
  const result = await runFunction(registry, createContext(parts), { fun: 'cp.recv_chunked', arg })
  return [result.return, result.retcode]
}

const packed = (text: string) => gzipSync(text).toString('base64')

test('parts are collected beside the file, and take its place together', async () => {
  writeFileSync(dest, 'before')
  expect(await receive({ chunk: packed('one '), complete: false })).toEqual([true, 0])
  expect(readFileSync(dest, 'utf8')).toBe('before')
  expect(await receive({ chunk: packed('two'), append: true, complete: true })).toEqual([true, 0])
  expect(readFileSync(dest, 'utf8')).toBe('one two')
  expect(statSync(dest).mode & 0o777).toBe(0o640)
  expect(readdirSync(directory)).toEqual(['f'])
})

test('a part that cannot be unpacked leaves the file as it was, and nothing beside it', async () => {
  writeFileSync(dest, 'before')
  await receive({ chunk: packed('one '), complete: false })
  const answer = await receive({ chunk: 'bm8gZ3ppcA==', append: true, complete: true })
  expect(answer).toEqual([expect.stringContaining('the part cannot be unpacked'), 1])
  expect(readFileSync(dest, 'utf8')).toBe('before')
  expect(readdirSync(directory)).toEqual(['f'])
})
