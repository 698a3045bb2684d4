// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { globPaths } from '../../src/options/glob.ts'

let dir = ''

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'halite-glob-'))
  mkdirSync(join(dir, 'a.d'))
  mkdirSync(join(dir, 'b.d'))
  for (const name of ['a.d/1.conf', 'a.d/2.conf', 'a.d/.3.conf', 'a.d/x+y.conf', 'b.d/1.conf', 'main'])
    writeFileSync(join(dir, name), '')
})

afterAll(() => {
  rmSync(dir, { recursive: true })
})

describe('globPaths', () => {
  it.each([
    ['a.d/*.conf', ['a.d/1.conf', 'a.d/2.conf', 'a.d/x+y.conf']],
    ['?.d/1.conf', ['a.d/1.conf', 'b.d/1.conf']],
    ['a.d/[12].conf', ['a.d/1.conf', 'a.d/2.conf']],
    ['a.d/[!1].conf', ['a.d/2.conf']],
    ['a.d/x+*', ['a.d/x+y.conf']],
    ['a.d/.*', ['a.d/.3.conf']],
    ['main', ['main']],
    ['none/*.conf', []],
    ['main/*.conf', []],
    ['missing', []],
  ])('%s', (pattern, expected) => {
    expect(globPaths(join(dir, pattern))).toEqual(expected.map((name) => join(dir, name)))
  })
})
