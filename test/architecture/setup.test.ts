// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { clearStamp, digestOfSources, isBuildCurrent, writeStamp } from '../../scripts/build/stamp.mjs'
import { missingPackages } from '../../scripts/setup/installed.mjs'

let clone = ''

beforeEach(() => {
  clone = mkdtempSync(join(tmpdir(), 'halite-setup-'))
  write('package-lock.json', lockOf({ 'node_modules/a': { version: '1.0.0' } }))
  write('tsconfig.json', '{}')
  write('scripts/build.mjs', '')
  write('packages/core/package.json', '{}')
  write('packages/core/src/index.ts', 'export {}')
})

afterEach(() => rmSync(clone, { recursive: true }))

function write(path: string, text: string): void {
  mkdirSync(dirname(join(clone, path)), { recursive: true })
  writeFileSync(join(clone, path), text)
}

function lockOf(packages: Record<string, object>): string {
  return JSON.stringify({ packages: { '': {}, 'packages/core': {}, ...packages } })
}

describe('what is installed', () => {
  const recorded = 'node_modules/.package-lock.json'

  test('a fresh clone lacks everything', () => {
    expect(missingPackages(clone)).toContain('node_modules/a')
  })

  test('nothing is missing when npm recorded what the lock asks for', () => {
    write(recorded, lockOf({ 'node_modules/a': { version: '1.0.0' } }))
    expect(missingPackages(clone)).toEqual([])
  })

  test('another version, and a package the lock gained, are missing', () => {
    write(
      'package-lock.json',
      lockOf({ 'node_modules/a': { version: '1.0.1' }, 'node_modules/b': { version: '1.0.0' } }),
    )
    write(recorded, lockOf({ 'node_modules/a': { version: '1.0.0' } }))
    expect(missingPackages(clone)).toEqual(['node_modules/a', 'node_modules/b'])
  })

  test('an optional package of another platform is not', () => {
    write('package-lock.json', lockOf({ 'node_modules/b-win32': { version: '1.0.0', optional: true } }))
    write(recorded, lockOf({}))
    expect(missingPackages(clone)).toEqual([])
  })
})

describe('what is built', () => {
  function build(): void {
    write('dist/salt.js', '')
    writeStamp(clone, digestOfSources(clone), ['dist/salt.js'])
  }

  test('a fresh clone is not built; a built one is', () => {
    expect(isBuildCurrent(clone)).toBe(false)
    build()
    expect(isBuildCurrent(clone)).toBe(true)
    expect(isBuildCurrent(`${clone}/`)).toBe(true)
  })

  test.each([
    ['a source', 'packages/core/src/index.ts'],
    ['a new source', 'packages/core/src/deep/more.ts'],
    ['a package', 'packages/core/package.json'],
    ['the lock', 'package-lock.json'],
    ['the build itself', 'scripts/build/bundle.mjs'],
  ])('it is out of date when %s changes', (_what, path) => {
    build()
    write(path, 'changed')
    expect(isBuildCurrent(clone)).toBe(false)
  })

  test('it is out of date when a result is gone, or the last build failed', () => {
    build()
    rmSync(join(clone, 'dist/salt.js'))
    expect(isBuildCurrent(clone)).toBe(false)
    build()
    clearStamp(clone)
    expect(isBuildCurrent(clone)).toBe(false)
  })
})
