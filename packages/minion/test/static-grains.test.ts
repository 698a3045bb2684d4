// SPDX-License-Identifier: Apache-2.0
import { rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { captureLog, removeTemporaryDirectory, temporaryDirectory } from '@halite/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { StaticGrains } from '../src/static-grains.ts'

let directory: string
let path: string
let captured = captureLog()

beforeEach(() => {
  directory = temporaryDirectory('grains')
  path = join(directory, 'grains')
  captured = captureLog()
})
afterEach(() => removeTemporaryDirectory(directory))

test('are read from the file, and a change is noticed', () => {
  const grains = new StaticGrains(path, captured.log)
  expect([grains.read(), grains.changed()]).toEqual([{}, false])
  writeFileSync(path, 'role: web')
  expect(grains.changed()).toBe(true)
  expect([grains.read(), grains.changed()]).toEqual([{ role: 'web' }, false])
})

test('that cannot be looked at are logged and left out until they can', () => {
  symlinkSync(path, path)
  const grains = new StaticGrains(path, captured.log)
  expect(grains.read()).toEqual({})
  expect(captured.find('static grains left out')).toBeDefined()
  expect(grains.changed()).toBe(false)
  rmSync(path)
  writeFileSync(path, 'role: web')
  expect(grains.changed()).toBe(true)
})
