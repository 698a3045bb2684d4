// SPDX-License-Identifier: Apache-2.0
import type { SourceEntry } from './entry.ts'

/** Fields of a `.sources` file → options of a line. */
const optionNames: Readonly<Record<string, string>> = {
  architectures: 'arch',
  'signed-by': 'signed-by',
  trusted: 'trusted',
  languages: 'lang',
  targets: 'target',
  pdiffs: 'pdiffs',
  'by-hash': 'by-hash',
  'check-valid-until': 'check-valid-until',
}

/** The repositories of a `.sources` file: one for each type, address and release of each stanza. */
export function entriesIn(text: string): SourceEntry[] {
  return text.split(/\n[ \t]*\n/).flatMap((stanza) => {
    const fields = fieldsIn(stanza)
    const words = (name: string) => (fields.get(name) ?? '').split(/\s+/).filter((word) => word !== '')
    const options = [...fields].flatMap(([name, value]): [string, string][] => {
      const option = optionNames[name]
      // A key that stands in the file itself has no place in a line.
      return option === undefined || value.includes('\n') ? [] : [[option, value.split(/\s+/).join(',')]]
    })
    const common = {
      comps: words('components'),
      options,
      disabled: /^(no|false|0|off|without|disable)$/i.test(fields.get('enabled') ?? 'yes'),
      comment: '',
    }
    return words('types').flatMap((type) =>
      words('uris').flatMap((uri) => words('suites').map((dist) => ({ type, uri, dist, ...common }))),
    )
  })
}

/** Field in lower case → its text; lines that go on are joined, comments are left out. */
function fieldsIn(stanza: string): Map<string, string> {
  const fields = new Map<string, string>()
  let name = ''
  for (const line of stanza.split('\n')) {
    if (line.startsWith('#')) continue
    const [, key, value = ''] = /^([^\s:]+):\s*(.*?)\s*$/.exec(line) ?? []
    if (key !== undefined) {
      name = key.toLowerCase()
      fields.set(name, value)
    } else if (/^\s+\S/.test(line) && name !== '') {
      const joint = name === 'signed-by' ? '\n' : ' '
      fields.set(name, `${fields.get(name) ?? ''}${joint}${line.trim()}`.trimStart())
    }
  }
  return fields
}
