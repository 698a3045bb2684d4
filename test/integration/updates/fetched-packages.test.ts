// SPDX-License-Identifier: Apache-2.0
// What a freeze fetches from the registry, with a program in the place of npm.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { removeTemporaryDirectory, temporaryDirectory } from '@halite/testing'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { fetchPackage } from '../../../scripts/freeze/runtimes.mjs'

let directory: string
let cache: string
let integrity: string

beforeEach(() => {
  directory = temporaryDirectory('fetched-packages')
  cache = join(directory, 'cache')
  mkdirSync(join(directory, 'package'))
  writeFileSync(join(directory, 'package', 'file'), 'of the registry')
  const archive = join(directory, 'a.tgz')
  spawnSync('tar', ['-czf', archive, '-C', directory, 'package'])
  integrity = `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`
})
afterEach(() => {
  vi.unstubAllEnvs()
  removeTemporaryDirectory(directory)
})

/** Puts a program in the place of npm that runs these lines first. */
function npmThat(lines: string): void {
  const bin = join(directory, 'bin')
  mkdirSync(bin)
  const script = `#!/bin/sh\n${lines}\ncp ${directory}/a.tgz . && echo '[{"filename":"a.tgz"}]'\n`
  writeFileSync(join(bin, 'npm'), script, { mode: 0o755 })
  vi.stubEnv('PATH', `${bin}:${process.env['PATH']}`)
}

test('two freezes that fetch the same package at once both have it', () => {
  npmThat(`mkdir -p ${cache}/p-1 && echo 'of the other' > ${cache}/p-1/file`)
  const folder = fetchPackage(['p', '1', integrity], cache)
  expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('of the other\n')
  expect(readdirSync(cache)).toEqual(['p-1'])
})

test('what has another hash is refused, and nothing of it stays', () => {
  npmThat('')
  expect(() => fetchPackage(['p', '1', 'sha512-other'], cache)).toThrow(
    /p@1 has the hash sha512-.* not sha512-other/,
  )
  expect(readdirSync(cache)).toEqual([])
})
