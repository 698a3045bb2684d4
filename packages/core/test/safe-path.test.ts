// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, sep } from 'node:path'
import { isSaltError, safeJoin, safeJoinMany } from '@halite/core'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

let root = ''

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'halite-path-'))
  mkdirSync(join(root, 'dir'))
  writeFileSync(join(root, 'dir', 'file'), '')
  symlinkSync('/etc', join(root, 'link'))
  symlinkSync(join(root, 'nowhere'), join(root, 'dangling'))
})

afterAll(() => {
  rmSync(root, { recursive: true })
})

describe('safeJoin', () => {
  it.each([
    ['dir/file', 'dir/file'],
    ['dir//./file', 'dir/file'],
    ['dir\\file', 'dir/file'],
    ['new/deep/file', 'new/deep/file'],
    ['dir/file/below', 'dir/file/below'],
    ['..x/x..', '..x/x..'],
  ])('takes %s', (relative, expected) => {
    expect(safeJoin(root, relative)).toBe(join(root, ...expected.split('/')))
  })

  it.each([
    '',
    '.',
    './',
    '/',
    '..',
    '../x',
    'a/../b',
    'a\\..\\b',
    '/etc/passwd',
    '\\x',
    'C:\\x',
    'c:x',
    'a\0b',
    'link',
    'link/passwd',
    'dangling/x',
  ])('refuses %j', (relative) => {
    expect(() => safeJoin(root, relative)).toThrow(expect.objectContaining({ code: 'PATH_UNSAFE' }))
  })

  it('never leaves the root', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('.', '..', '/', '\\', 'a', '\0', ':', 'dir', 'link') }),
        (relative) => {
          try {
            const path = safeJoin(root, relative)
            expect(path.startsWith(root + sep)).toBe(true)
            expect(path.split(sep)).not.toContain('..')
          } catch (error) {
            expect(isSaltError(error, 'PATH_UNSAFE')).toBe(true)
          }
        },
      ),
    )
  })
})

describe('safeJoinMany', () => {
  it.each(['a/../b', 'a\\..\\b', '/etc/passwd', 'C:\\x', 'a\0b', 'link/passwd', 'dangling/x'])(
    'refuses %j',
    (relative) => {
      const join = safeJoinMany(root)
      expect(join('dir/file')).toBe(safeJoin(root, 'dir/file'))
      for (const _again of [1, 2])
        expect(() => join(relative)).toThrow(expect.objectContaining({ code: 'PATH_UNSAFE' }))
    },
  )

  it('leaves to the caller what stands at the end', () => {
    expect(safeJoinMany(root)('link')).toBe(join(root, 'link'))
  })
})
