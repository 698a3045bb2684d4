// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest'
import { definitionText } from '../src/index.ts'

describe('definitionText', () => {
  test('gives the text as it was written', () => {
    expect(definitionText(Buffer.from('é: 日本 😀\r\n'), 'a.sls')).toBe('é: 日本 😀\r\n')
    expect(definitionText(Buffer.from('\ufeffa: 1'), 'a.sls')).toBe('\ufeffa: 1')
    expect(definitionText(Buffer.from('a: \ufffd'), 'a.sls')).toBe('a: \ufffd')
    expect(definitionText(Buffer.alloc(0), 'a.sls')).toBe('')
  })

  test.each([
    ['Latin-1', Buffer.from('one: 1\nname: Caf\xe9\n', 'latin1'), 'a.sls:2: byte 0xe9'],
    ['UTF-16', Buffer.from('\ufeffname: x', 'utf16le'), 'a.sls:1: byte 0xff'],
    ['a character that is cut off', Buffer.from([0x61, 0x0a, 0x0a, 0xe6, 0x97]), 'a.sls:3: byte 0xe6'],
    ['a character whose beginning is that of U+FFFD', Buffer.from([0x0a, 0xef, 0x41]), 'a.sls:2: byte 0xef'],
    ['such a one at the end', Buffer.from([0x61, 0xef, 0xbf]), 'a.sls:1: byte 0xef'],
    ['a surrogate', Buffer.from([0xed, 0xa0, 0x80]), 'a.sls:1: byte 0xed'],
  ])('refuses %s, and says where', (_what, bytes, message) => {
    expect(() => definitionText(bytes, 'a.sls')).toThrow(`${message} is not UTF-8; save the file as UTF-8`)
  })
})
