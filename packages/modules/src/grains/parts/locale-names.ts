// SPDX-License-Identifier: Apache-2.0

/**
 * Language and encoding of the environment, `en_US` and `UTF-8`; null for the C locale. LC_ALL wins over LC_CTYPE, that
 * over LANG (setlocale(3)).
 */
export function localeOf(env: Readonly<Record<string, string | undefined>>) {
  const name = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || 'C'
  const [language = '', encoding] = (name.split('@')[0] ?? '').split('.')
  const plain = language === 'C' || language === 'POSIX'
  return {
    defaultlanguage: plain ? null : language,
    defaultencoding: encoding === undefined ? null : canonicalEncoding(encoding),
  }
}

function canonicalEncoding(encoding: string): string {
  return /^utf-?8$/i.test(encoding) ? 'UTF-8' : encoding
}
