// SPDX-License-Identifier: Apache-2.0
import { parseSaltPath, parseSaltUrl } from '@halite/core'
import { describe, expect, test } from 'vitest'

const longest = Array.from({ length: 16 }, () => 'p'.repeat(255)).join('/')

describe('a path of the file server', () => {
  test.each([
    ['a/b', 'a/b'],
    ['./a//b/', 'a/b'],
    ['...', '...'],
    ['a/..b/c..', 'a/..b/c..'],
    ['Ünïcode/文', 'Ünïcode/文'],
    [longest, longest],
  ])('%j is taken', (path, parsed) => {
    expect(parseSaltPath(path)).toBe(parsed)
  })

  test.each([
    ['', 'empty'],
    ['/etc/passwd', 'absolute'],
    ['..', 'the directory above'],
    ['a/../../b', 'the directory above between parts'],
    ['a\\..\\b', 'the same as Windows writes it'],
    ['..\\b', 'the same at the beginning'],
    ['a\0b', 'NUL'],
    ['a/\ud800', 'half of a character'],
    [`${longest}/x`, 'over 4,096 bytes'],
    ['p'.repeat(256), 'a part over 255 bytes'],
    ['é'.repeat(128), 'a part over 255 bytes of fewer characters'],
  ])('%j is refused: %s', (path) => {
    expect(() => parseSaltPath(path)).toThrow(expect.objectContaining({ code: 'PATH_UNSAFE' }))
  })

  test.each([7, null, undefined, Buffer.from('a'), ['a']])('%j is refused: no text', (value) => {
    expect(() => parseSaltPath(value)).toThrow(expect.objectContaining({ code: 'PATH_UNSAFE' }))
  })
})

describe('a URL of the file server', () => {
  test('names a path, and an environment behind a question mark', () => {
    expect(parseSaltUrl('salt://a/b?saltenv=dev')).toEqual({ path: 'a/b', saltenv: 'dev' })
    expect(parseSaltUrl('a/b')).toEqual({ path: 'a/b', saltenv: undefined })
    expect(parseSaltUrl('salt://|a?b')).toEqual({ path: 'a?b', saltenv: undefined })
  })

  test.each(['../x', 'a/b', '..', '/', '-x', '.x', 'a\0', 'x'.repeat(129), ''])(
    'the environment %j is refused',
    (saltenv) => {
      expect(() => parseSaltUrl(`salt://a?saltenv=${saltenv}`)).toThrow(
        expect.objectContaining({ code: 'SALTENV_INVALID' }),
      )
    },
  )
})
