// SPDX-License-Identifier: Apache-2.0
import { toPlain } from '@halite/core'
import { serializers } from '@halite/rendering/serializers'
import fc from 'fast-check'
import { expect, test } from 'vitest'

const format = serializers.get('plist')
const write = (value: unknown, options = {}) => Buffer.from(format?.serialize(value, options) ?? '')
const read = (bytes: Uint8Array) => toPlain(format?.deserializeBytes?.(bytes))

const data = {
  a: { b: [1, 'c', 2.5, true, new Uint8Array([120, 121])], é: 'ü', big: 2 ** 40, neg: -5, m: {} },
  n: 'c',
  l: Array.from({ length: 20 }, (_, index) => index),
}
/** The same data as Python's plistlib writes them. */
const ofPython =
  'YnBsaXN0MDDTAQIDBBQMUWFRbFFu1QUGBwgJChAREhNRYlNiaWdRbVNuZWdhAOmlCwwNDg8QAVFjI0AEAAAAAAAACUJ4eRMAAAEAAAAAANAT//////////thAPyvEBQVCxYXGBkaGxwdHh8gISIjJCUmJxAAEAIQAxAEEAUQBhAHEAgQCRAKEAsQDBANEA4QDxAQEBEQEhATCA8RExUgIiYoLC81NzlCQ0ZPUFlcc3V3eXt9f4GDhYeJi42PkZOVlwAAAAAAAAEBAAAAAAAAACgAAAAAAAAAAAAAAAAAAACZ'

test('XML is written as Python writes it', () => {
  const text = write({ h: '<&>', a: { b: [1, 'c'], d: 1.5, e: true } }).toString()
  expect(text).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
\t<key>a</key>
\t<dict>
\t\t<key>b</key>
\t\t<array>
\t\t\t<integer>1</integer>
\t\t\t<string>c</string>
\t\t</array>
\t\t<key>d</key>
\t\t<real>1.5</real>
\t\t<key>e</key>
\t\t<true/>
\t</dict>
\t<key>h</key>
\t<string>&lt;&amp;&gt;</string>
</dict>
</plist>
`)
})

test('the binary form of Python is read, and ours is equal to it', () => {
  expect(read(Buffer.from(ofPython, 'base64'))).toEqual(data)
  expect(write(data, { fmt: 'FMT_BINARY' }).toString('base64')).toBe(ofPython)
})

test('both forms give back what was written', () => {
  const leaf = fc.oneof(
    fc.integer(),
    fc.boolean(),
    fc.string({ unit: fc.constantFrom('a', 'é', '<', '&', '"') }),
  )
  const tree = fc.letrec((tie) => ({
    value: fc.oneof(
      leaf,
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(fc.stringMatching(/^[a-z]+$/), tie('value')),
    ),
  })).value
  fc.assert(
    fc.property(tree, (value) => {
      expect(read(write(value))).toEqual(value)
      expect(read(write(value, { fmt: 'FMT_BINARY' }))).toEqual(value)
    }),
  )
})

test.each([
  [null, 'unsupported type: NoneType'],
  [{ a: '\u0000' }, "can't contain control characters"],
  [new Map([[1, 2]]), 'keys must be strings'],
])('%j is refused', (value, problem) => {
  expect(() => write(value)).toThrow(problem)
})

test.each([
  '<!DOCTYPE plist [<!ENTITY a "b">]><plist><string>&a;</string></plist>',
  '<plist><string>&nope;</string></plist>',
  '<plist><dict><string>a</string></dict></plist>',
  `<plist>${'<array>'.repeat(10_000)}`,
  '<plist><integer>1e9</integer></plist>',
  'bplist00',
  '',
])('hostile text %# is refused', (text) => {
  expect(() => read(Buffer.from(text))).toThrow(/^plist: /)
})

test('damaged binary lists are refused, and none makes the reader hang or throw otherwise', () => {
  const whole = Buffer.from(ofPython, 'base64')
  fc.assert(
    fc.property(fc.nat(whole.length - 1), fc.nat(255), fc.nat(whole.length), (at, byte, length) => {
      const bytes = Buffer.from(whole)
      bytes[at] = byte
      for (const one of [bytes, whole.subarray(0, length)]) {
        try {
          read(one)
        } catch (error) {
          expect(String(error)).toContain('plist: ')
        }
      }
    }),
  )
})

test('a list that holds itself is refused', () => {
  const itself = Buffer.concat([
    Buffer.from('bplist00'),
    Buffer.from([0xa2, 0, 0, 8]),
    Buffer.from([0, 0, 0, 0, 0, 0, 1, 1]),
    Buffer.from([0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 11]),
  ])
  expect(() => read(itself)).toThrow('plist: ')
})
