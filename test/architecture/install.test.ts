// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { install } from '../../scripts/build/install.mjs'

let clone = ''
let dist = ''

beforeEach(() => {
  clone = mkdtempSync(join(tmpdir(), 'halite-build-'))
  dist = join(clone, 'dist')
})

afterEach(() => rmSync(clone, { recursive: true }))

function write(path: string, text: string): void {
  mkdirSync(dirname(join(clone, path)), { recursive: true })
  writeFileSync(join(clone, path), text)
}

const file = (name: string, contents = name) => ({ name, contents })
const present = () =>
  readdirSync(dist)
    .filter((name) => !name.startsWith('.'))
    .sort()

describe('a build is installed', () => {
  test('beside what the build before had, which goes with the next', () => {
    install(dist, [file('chunk-A.js'), file('salt.js', 'a')])
    install(dist, [file('chunk-B.js'), file('salt.js', 'b')])
    expect(present()).toEqual(['chunk-A.js', 'chunk-B.js', 'salt.js'])
    expect(readFileSync(join(dist, 'salt.js'), 'utf8')).toBe('b')
    install(dist, [file('chunk-C.js'), file('salt.js', 'c')])
    expect(present()).toEqual(['chunk-B.js', 'chunk-C.js', 'salt.js'])
    expect(readdirSync(clone)).toEqual(['dist'])
  })

  test('beside the files of a build that left no list', () => {
    write('dist/chunk-old.js', '')
    install(dist, [file('salt.js')])
    expect(present()).toEqual(['chunk-old.js', 'salt.js'])
  })

  test('not at all when something cannot be written', () => {
    install(dist, [file('salt.js', 'a')])
    expect(() => install(dist, [file('salt.js', 'b'), file('no/such/folder.js')])).toThrow('ENOENT')
    expect(readFileSync(join(dist, 'salt.js'), 'utf8')).toBe('a')
    expect(readdirSync(clone)).toEqual(['dist'])
  })

  test('under a program that has begun: it still finds the chunks it loads late', async () => {
    write('package.json', '{ "type": "module" }')
    install(dist, [
      file('late-A.js', "export const from = 'A'"),
      file('salt.js', "export const late = () => import('./late-A.js')"),
    ])
    const { late } = await import(/* @vite-ignore */ pathToFileURL(join(dist, 'salt.js')).href)
    install(dist, [file('late-B.js'), file('salt.js', "export const late = () => import('./late-B.js')")])
    expect((await late()).from).toBe('A')
  })
})
