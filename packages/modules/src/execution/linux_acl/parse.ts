// SPDX-License-Identifier: Apache-2.0
import { type DataMap, mapOf } from '@halite/core'

type Permissions = { permissions: Record<string, boolean>; octal: number }
type Named = Record<string, Permissions>

interface Acl {
  readonly comment: Map<string, string>
  readonly flags: string
  readonly entries: readonly { readonly isDefault: boolean; readonly kind: string; readonly named: Named }[]
}

/** What `getfacl` prints, as Salt shows it. */
export function aclsIn(text: string): DataMap {
  const stanzas = text.split(/\n\s*\n/).filter((stanza) => stanza.includes('# file: '))
  return mapOf(stanzas.map((stanza) => shownAcl(aclIn(stanza))))
}

function aclIn(stanza: string): Acl {
  const lines = stanza.split('\n')
  const comment = new Map(
    lines.flatMap((line): [string, string][] => {
      const [, key = '', value = ''] = /^# (file|owner|group|flags): (.*)$/.exec(line) ?? []
      return key === '' ? [] : [[key, unescaped(value)]]
    }),
  )
  const entries = lines.flatMap((line) => {
    const [, prefix, kind = '', name = '', perms = ''] =
      /^(default:)?(user|group|mask|other):(.*):([rwx-]{3})/.exec(line) ?? []
    if (kind === '') return []
    const owner = kind === 'user' ? comment.get('owner') : kind === 'group' ? comment.get('group') : ''
    const shown = unescaped(name) || (owner ?? '')
    return [{ isDefault: prefix !== undefined, kind, named: { [shown]: permissionsOf(perms) } }]
  })
  return { comment, flags: comment.get('flags') ?? '', entries }
}

function shownAcl({ comment, flags, entries }: Acl): [string, DataMap] {
  const of = (kind: string, isDefault: boolean) =>
    entries.filter((entry) => entry.kind === kind && entry.isDefault === isDefault).map(({ named }) => named)
  const present = (isDefault: boolean, always: readonly string[]) =>
    ['user', 'group', 'mask', 'other'].flatMap((kind): [string, Named[]][] => {
      const list = of(kind, isDefault)
      return list.length > 0 || always.includes(kind) ? [[kind, list]] : []
    })
  const defaults = present(true, [])
  const bits = [
    ...(flags[0] === 's' ? [['suid', true]] : []),
    ...(flags[1] === 's' ? [['sgid', true]] : []),
    ...(flags[2] === 't' ? [['sticky', true]] : []),
  ] as [string, boolean][]
  const shown: [string, unknown][] = [
    ['comment', mapOf([...comment])],
    ...present(false, ['user', 'group']),
    ...bits,
    ...(defaults.length > 0 ? [['defaults', mapOf(defaults)] as [string, unknown]] : []),
  ]
  return [comment.get('file') ?? '', mapOf(shown)]
}

function permissionsOf(perms: string): Permissions {
  const has = (letter: string) => perms.includes(letter)
  return {
    permissions: { read: has('r'), write: has('w'), execute: has('x') },
    octal: (has('r') ? 4 : 0) + (has('w') ? 2 : 0) + (has('x') ? 1 : 0),
  }
}

/** Odd bytes are written as `\040`. */
function unescaped(text: string): string {
  if (!text.includes('\\')) return text
  const bytes: Buffer[] = []
  for (const [part, octal] of text.matchAll(/\\([0-7]{3})|[^\\]+|\\/g))
    bytes.push(octal === undefined ? Buffer.from(part) : Buffer.from([Number.parseInt(octal, 8)]))
  return Buffer.concat(bytes).toString('utf8')
}
