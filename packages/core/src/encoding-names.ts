// SPDX-License-Identifier: Apache-2.0
import { nearestName } from './options/nearest-name.ts'

/** Code pages of DOS and Windows: `cp850` is also `850`, `ibm850`, `windows-850` and `ms850`. */
const codePages = [
  ...[437, 720, 737, 775, 850, 852, 855, 856, 857, 858, 860, 861, 862, 863, 864, 865, 866, 869, 874],
  ...[932, 949, 950, 1125, 1250, 1251, 1252, 1253, 1254, 1255, 1256, 1257, 1258],
]

/** Parts of ISO 8859 but the first: `iso8859_15` is also `ISO-8859-15`. */
const isoParts = [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 16]

/** Python's name of a codec → further names, blanks between. Case, `-`, `_`, `.` and blanks do not count. */
const furtherNames: Readonly<Record<string, string>> = {
  utf_8: 'u8 utf utf8_ucs2 utf8_ucs4 cp65001',
  utf_8_sig: '',
  utf_7: 'u7 unicode_1_1_utf_7',
  utf_16: 'u16',
  utf_16_le: 'unicodelittleunmarked',
  utf_16_be: 'unicodebigunmarked',
  utf_32: 'u32',
  utf_32_le: '',
  utf_32_be: '',
  ascii:
    '646 ansi_x3.4_1968 ansi_x3.4_1986 cp367 csascii ibm367 iso646_us iso_646.irv_1991 iso_ir_6 us us_ascii',
  latin_1:
    '8859 cp819 csisolatin1 ibm819 iso8859 iso8859_1 iso_8859_1_1987 iso_ir_100 l1 latin windows_28591 cp28591',
  iso8859_2: 'csisolatin2 iso_8859_2_1987 iso_ir_101 l2 latin2',
  iso8859_3: 'csisolatin3 iso_8859_3_1988 iso_ir_109 l3 latin3',
  iso8859_4: 'csisolatin4 iso_8859_4_1988 iso_ir_110 l4 latin4',
  iso8859_5: 'csisolatincyrillic cyrillic iso_8859_5_1988 iso_ir_144',
  iso8859_6: 'arabic asmo_708 csisolatinarabic ecma_114 iso_8859_6_1987 iso_ir_127',
  iso8859_7: 'csisolatingreek ecma_118 elot_928 greek greek8 iso_8859_7_1987 iso_ir_126',
  iso8859_8: 'csisolatinhebrew hebrew iso_8859_8_1988 iso_ir_138',
  iso8859_9: 'csisolatin5 iso_8859_9_1989 iso_ir_148 l5 latin5',
  iso8859_10: 'csisolatin6 iso_8859_10_1992 iso_ir_157 l6 latin6',
  iso8859_11: 'iso_8859_11_2001 thai',
  iso8859_13: 'l7 latin7',
  iso8859_14: 'iso_8859_14_1998 iso_celtic iso_ir_199 l8 latin8',
  iso8859_15: 'l9 latin9',
  iso8859_16: 'iso_8859_16_2001 iso_ir_226 l10 latin10',
  cp437: 'cspc8codepage437 oem_us',
  cp775: 'cspc775baltic',
  cp850: 'cspc850multilingual',
  cp852: 'cspcp852',
  cp855: 'csibm855',
  cp857: 'csibm857',
  cp858: 'csibm858',
  cp860: 'csibm860',
  cp861: 'cp_is csibm861',
  cp862: 'cspc862latinhebrew',
  cp863: 'csibm863',
  cp864: 'csibm864',
  cp865: 'csibm865',
  cp866: 'csibm866',
  cp869: 'cp_gr csibm869',
  cp932: 'ms_kanji windows_31j',
  cp949: 'uhc',
  cp1125: 'cp866u ruscii',
  big5: 'big5_tw csbig5 x_mac_trad_chinese',
  big5hkscs: 'hkscs',
  euc_jp: 'ujis u_jis',
  euc_kr: 'korean ks_c_5601 ks_c_5601_1987 ks_x_1001 ksc5601 x_mac_korean',
  gb18030: 'gb18030_2000 cp54936',
  gb2312:
    'chinese csiso58gb231280 euc_cn eucgb2312_cn gb2312_1980 gb2312_80 iso_ir_58 x_mac_simp_chinese cp20936',
  gbk: '936 cp936 ms936 windows_936',
  hp_roman8: 'cp1051 cshproman8 ibm1051 r8 roman8',
  iso2022_jp: 'csiso2022jp iso_2022_jp',
  koi8_r: 'cskoi8r cp20866',
  koi8_t: '',
  koi8_u: 'cp21866',
  kz1048: 'rk1048 strk1048_2002',
  mac_croatian: '',
  mac_cyrillic: '',
  mac_greek: '',
  mac_iceland: '',
  mac_latin2: 'mac_centeuro maccentraleurope',
  mac_roman: 'macintosh',
  mac_turkish: '',
  ptcp154: 'cp154 csptcp154 cyrillic_asian pt154',
  shift_jis: 'csshiftjis s_jis sjis x_mac_japanese',
  tis_620: 'iso_ir_166 tis_620_0 tis_620_2529_0 tis_620_2529_1',
}

/**
 * Python's name of the encoding that is meant by any of Python's names for it, such as `cp850` for `IBM-850`. Undefined
 * for a name Python does not know, and for what it knows and nothing here decodes (EBCDIC, `hz`, `johab`).
 */
export function encodingName(written: string): string | undefined {
  const key = keyOf(written)
  // The table is long, and nearly every file is read this way.
  return key === 'utf8' ? 'utf_8' : namesByKey().get(key)
}

/** What an encoding may have been meant to be, or else a few that there are; for the message of an error. */
export function encodingsLike(written: string): readonly string[] {
  const near = nearestName(keyOf(written), namesByKey().keys())
  const name = near === undefined ? undefined : namesByKey().get(near)
  return name === undefined ? ['utf_8', 'utf_16', 'latin_1', 'iso8859_15', 'cp1252', 'cp850'] : [name]
}

/** Every name, in the form in which names are compared. */
function namesByKey(): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  for (const page of codePages) {
    const forms = [`cp${page}`, `${page}`, `ibm${page}`, `windows${page}`, `ms${page}`]
    for (const form of forms) names.set(form, `cp${page}`)
  }
  for (const part of isoParts) names.set(`iso8859${part}`, `iso8859_${part}`)
  for (const [name, further] of Object.entries(furtherNames)) {
    for (const alias of [name, ...further.split(' ')]) if (alias !== '') names.set(keyOf(alias), name)
  }
  return names
}

function keyOf(name: string): string {
  return name.toLowerCase().replace(/[\s._-]/g, '')
}
