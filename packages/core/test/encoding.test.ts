// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest'
import { parseEncoding, textDecoder } from '../src/encoding.ts'
import { encodingName } from '../src/encoding-names.ts'

const decoded = async (name: string, bytes: readonly number[]) =>
  (await textDecoder(name))(Uint8Array.from(bytes))

describe('names of encodings', () => {
  test.each([
    ['latin-1', 'latin_1'],
    ['Latin1', 'latin_1'],
    ['ISO-8859-1', 'latin_1'],
    ['L1', 'latin_1'],
    ['UTF8', 'utf_8'],
    ['utf_8', 'utf_8'],
    ['cp65001', 'utf_8'],
    ['utf-8-sig', 'utf_8_sig'],
    ['UTF-16', 'utf_16'],
    ['utf_16le', 'utf_16_le'],
    ['iso8859_15', 'iso8859_15'],
    ['ISO-8859-15', 'iso8859_15'],
    ['latin9', 'iso8859_15'],
    ['cp437', 'cp437'],
    ['IBM850', 'cp850'],
    ['850', 'cp850'],
    ['windows-1252', 'cp1252'],
    ['Windows_1251', 'cp1251'],
    ['936', 'gbk'],
    ['sjis', 'shift_jis'],
    ['us-ascii', 'ascii'],
    ['KOI8-R', 'koi8_r'],
    ['macintosh', 'mac_roman'],
    ['gb18030-2000', 'gb18030'],
  ])('%s is %s', (written, name) => {
    expect(parseEncoding(written)).toBe(name)
  })

  test.each([
    ['latin-one', /there is .*latin_1/],
    ['utf-9', /there is utf_8/],
    ['cp8500', /there is cp850/],
    ['', /there is utf_8, utf_16/],
    ['__proto__', /unknown encoding/],
    ['constructor', /unknown encoding/],
    ['no such thing at all', /there is utf_8, utf_16, latin_1/],
    ['cp037', /unknown encoding/],
  ])('%s is refused, with what is near', (written, message) => {
    expect(() => parseEncoding(written)).toThrow(message)
  })
})

describe('text of bytes', () => {
  test.each([
    ['latin-1', [0x63, 0x61, 0x66, 0xe9], 'café'],
    ['latin-1', [0x80, 0x9f], '\u0080\u009f'],
    ['cp1252', [0x80, 0xe9], '€é'],
    ['cp437', [0x63, 0x61, 0x66, 0x82], 'café'],
    ['cp850', [0x9e, 0xb5], '×Á'],
    ['cp866', [0x8f], 'П'],
    ['iso8859_15', [0xa4], '€'],
    ['koi8-r', [0xf0], 'П'],
    ['mac_roman', [0xdb], '€'],
    ['mac_latin2', [0x80], 'Ä'],
    ['ptcp154', [0x80], 'Җ'],
    ['kz1048', [0xa8], 'Ё'],
    ['shift_jis', [0x93, 0xfa], '日'],
    ['cp932', [0x87, 0x40], '①'],
    ['euc_jp', [0xc6, 0xfc], '日'],
    ['gbk', [0xc8, 0xd5], '日'],
    ['gb18030', [0x81, 0x30, 0x81, 0x30], '\u0080'],
    ['big5', [0xa4, 0xe9], '日'],
    ['euc_kr', [0xc0, 0xcf], '일'],
    ['utf_7', [...Buffer.from('caf+AOk-')], 'café'],
    ['utf-8', [0xef, 0xbb, 0xbf, 0x61], '\ufeffa'],
    ['utf-8-sig', [0xef, 0xbb, 0xbf, 0x61], 'a'],
    ['utf-8', [0x61, 0xff], 'a\ufffd'],
    ['ascii', [0x61, 0xe9], 'a\ufffd'],
    ['utf-16', [0xff, 0xfe, 0x61, 0x00], 'a'],
    ['utf-16', [0xfe, 0xff, 0x00, 0x61], 'a'],
    ['utf-16', [0x61, 0x00], 'a'],
    ['utf-16-be', [0x00, 0x61], 'a'],
    ['utf-16-le', [0x61, 0x00, 0x62], 'a\ufffd'],
    ['utf-32', [0xff, 0xfe, 0, 0, 0x61, 0, 0, 0], 'a'],
    ['utf-32', [0, 0, 0xfe, 0xff, 0, 0, 0, 0x61], 'a'],
    ['utf-16', [], ''],
  ])('in %s: %j', async (name, bytes, text) => {
    expect(await decoded(name, bytes)).toBe(text)
  })

  test('every name that is known can be decoded', async () => {
    const names = new Set(everyName().map((name) => encodingName(name) ?? name))
    expect(names.size).toBeGreaterThan(70)
    for (const name of names) expect(await decoded(name, [0x41, 0x42, 0x43, 0x44])).toBeTypeOf('string')
  })
})

/** Python's own list, without EBCDIC, `hz`, `johab` and others that are not text of any console. */
function everyName(): string[] {
  const pages = '437 720 737 775 850 852 855 856 857 858 860 861 862 863 864 865 866 869 874 932 949 950 1125'
  const windows = '1250 1251 1252 1253 1254 1255 1256 1257 1258'
  const iso = '1 2 3 4 5 6 7 8 9 10 11 13 14 15 16'
  const others =
    'ascii big5 big5hkscs euc_jp euc_kr gb18030 gb2312 gbk hp_roman8 iso2022_jp koi8_r koi8_t koi8_u kz1048 ' +
    'latin_1 mac_croatian mac_cyrillic mac_greek mac_iceland mac_latin2 mac_roman mac_turkish ptcp154 shift_jis ' +
    'tis_620 utf_16 utf_16_be utf_16_le utf_32 utf_32_be utf_32_le utf_7 utf_8 utf_8_sig'
  return [
    ...`${pages} ${windows}`.split(' ').map((page) => `cp${page}`),
    ...iso.split(' ').map((part) => `iso8859_${part}`),
    ...others.split(' '),
  ]
}
