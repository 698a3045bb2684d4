// SPDX-License-Identifier: Apache-2.0
import { entriesOf, isMap, pythonStr, SaltError, valueAt } from '@halite/core'
import { children, decode, encode, type Node, oid, oidOf, sequence, tags, textOf } from './der.ts'

/** Attributes of names by Salt's short names, in the order in which a name made of a map has them. */
const attributeOids: ReadonlyMap<string, string> = new Map([
  ['C', '2.5.4.6'],
  ['ST', '2.5.4.8'],
  ['L', '2.5.4.7'],
  ['STREET', '2.5.4.9'],
  ['O', '2.5.4.10'],
  ['OU', '2.5.4.11'],
  ['CN', '2.5.4.3'],
  ['MAIL', '1.2.840.113549.1.9.1'],
  ['SN', '2.5.4.4'],
  ['GN', '2.5.4.42'],
  ['UID', '0.9.2342.19200300.100.1.1'],
  ['SERIALNUMBER', '2.5.4.5'],
])

/** Salt's short names of attributes. */
export const attributeNames: readonly string[] = [...attributeOids.keys()]

/** The long names that old sls files use, by the short one. */
export const longAttributeNames: Readonly<Record<string, readonly string[]>> = {
  CN: ['commonName'],
  L: ['localityName'],
  ST: ['stateOrProvinceName'],
  O: ['organizationName'],
  OU: ['organizationUnitName'],
  GN: ['givenName'],
  SN: ['surname'],
  MAIL: ['Email', 'emailAddress'],
  SERIALNUMBER: ['serialNumber'],
}

/** Names of attributes in RFC 4514. */
const textNames: ReadonlyMap<string, string> = new Map([
  ['2.5.4.3', 'CN'],
  ['2.5.4.7', 'L'],
  ['2.5.4.8', 'ST'],
  ['2.5.4.10', 'O'],
  ['2.5.4.11', 'OU'],
  ['2.5.4.6', 'C'],
  ['2.5.4.9', 'STREET'],
  ['0.9.2342.19200300.100.1.25', 'DC'],
  ['0.9.2342.19200300.100.1.1', 'UID'],
])
const oidsOfText = new Map([...textNames].map(([number, name]) => [name, number]))

/** Kinds of string other than UTF-8, by attribute. */
const stringTags: ReadonlyMap<string, number> = new Map([
  ['2.5.4.6', tags.printable],
  ['2.5.4.5', tags.printable],
  ['2.5.4.46', tags.printable],
  ['1.3.6.1.4.1.311.60.2.1.3', tags.printable],
  ['1.2.840.113549.1.9.1', tags.ia5],
  ['0.9.2342.19200300.100.1.25', tags.ia5],
])

interface Attribute {
  readonly oid: string
  readonly value: string
}

/** A distinguished name: sets of attributes, the widest first, as they stand in a certificate. */
export type Name = readonly (readonly Attribute[])[]

/** A name as Salt's arguments have it: a text of RFC 4514, a list of such parts, or a map of attributes. */
export function readName(given: unknown): Name {
  if (typeof given === 'string') return nameOfText(given)
  if (Array.isArray(given)) return given.map((part) => relativeName(pythonStr(part)))
  if (!isMap(given))
    throw new SaltError('ARGUMENTS_INVALID', 'Need string, list or dict to parse distinguished names')
  return [...attributeOids].flatMap(([name, number]) => {
    const value = valueAt(given, name)
    return value === undefined ? [] : [[attribute(number, pythonStr(value))]]
  })
}

/** One part of a name, such as `CN=web` or `CN=web+OU=it`. */
export function relativeName(text: string): readonly Attribute[] {
  const parts = nameOfText(text, `Failed parsing rdn string: ${text}`)
  if (parts.length > 1)
    throw new SaltError(
      'ARGUMENTS_INVALID',
      'Specified string is not a Relative Distinguished Name, but a Distinguished Name.',
    )
  return parts[0] ?? []
}

/** A name as DER. */
export function encodeName(name: Name): Buffer {
  return sequence(...name.map((part) => encodeRelativeName(part)))
}

/** A part of a name as DER; `tag` where it stands in the place of another. */
export function encodeRelativeName(part: readonly Attribute[], tag: number = tags.set): Buffer {
  const members = part.map(({ oid: number, value }) => sequence(oid(number), stringOf(number, value)))
  return encode(tag, ...members.sort(Buffer.compare))
}

/** The name that DER holds. */
export function decodeName(der: Buffer | Node): Name {
  return children(Buffer.isBuffer(der) ? decode(der) : der).map(decodeRelativeName)
}

/** The part of a name that DER holds. */
export function decodeRelativeName(node: Node): readonly Attribute[] {
  return children(node).map((member) => {
    const [type, value] = children(member)
    return { oid: oidOf(type), value: value === undefined ? '' : textOf(value) }
  })
}

/** A name as text of RFC 4514: the narrowest part first. */
export function nameText(name: Name): string {
  return [...name].reverse().map(relativeNameText).join(',')
}

/** A part of a name as text. */
export function relativeNameText(part: readonly Attribute[]): string {
  return part
    .map(({ oid: number, value }) => `${textNames.get(number) ?? number}=${escaped(value)}`)
    .join('+')
}

/** The first value of each attribute that Salt has a short name for. */
export function nameMap(name: Name): Record<string, string> {
  const found = [...attributeOids].flatMap(([short, number]) => {
    const value = name.flat().find((one) => one.oid === number)?.value
    return value === undefined ? [] : [[short, value] as const]
  })
  return Object.fromEntries(found)
}

/** Whether two names have the same parts, whatever kinds of strings they are written in. */
export function sameName(one: Name, other: Name): boolean {
  const keyOf = (name: Name) =>
    JSON.stringify(name.map((part) => part.map(({ oid: number, value }) => [number, value]).sort()))
  return keyOf(one) === keyOf(other)
}

/** Renames what has a long name in a map of arguments or a policy; returns what was renamed, as `[long, short]`. */
export function renameLong(
  values: Record<string, unknown>,
  longNames: Readonly<Record<string, readonly string[]>>,
): readonly (readonly [string, string])[] {
  const renamed = entriesOf(longNames).flatMap(([short, names]) =>
    (names as readonly string[]).map((long) => [long, String(short)] as const),
  )
  return renamed.filter(([long, short]) => {
    if (!(long in values)) return false
    values[short] = values[long]
    delete values[long]
    return true
  })
}

function nameOfText(text: string, message = 'Failed parsing rfc4514 dirName string'): Name {
  const failed = () => new SaltError('COMMAND_FAILED', message)
  if (text === '') return []
  const parts = split(text, ',').map((part) =>
    split(part, '+').map((pair) => {
      const [, type = '', value = ''] = /^\s*([A-Za-z][A-Za-z0-9-]*|\d+(?:\.\d+)+)=(.*)$/s.exec(pair) ?? []
      const number = /^\d/.test(type) ? type : oidsOfText.get(type)
      if (number === undefined) throw failed()
      return attribute(number, unescaped(value, failed))
    }),
  )
  return parts.reverse()
}

function split(text: string, separator: string): readonly string[] {
  const parts = ['']
  for (let at = 0; at < text.length; at++) {
    const one = text[at] ?? ''
    if (one === separator) parts.push('')
    else parts[parts.length - 1] += one === '\\' ? one + (text[++at] ?? '') : one
  }
  return parts
}

function attribute(number: string, value: string): Attribute {
  if (number === '2.5.4.6' && [...value].length !== 2)
    throw new SaltError(
      'ARGUMENTS_INVALID',
      `Attribute's length must be >= 2 and <= 2, but it was ${[...value].length}`,
    )
  if (value === '') throw new SaltError('ARGUMENTS_INVALID', 'Value cannot be an empty string')
  if (number === '2.5.4.3' && [...value].length > 64)
    throw new SaltError(
      'ARGUMENTS_INVALID',
      `Attribute's length must be >= 1 and <= 64, but it was ${[...value].length}`,
    )
  return { oid: number, value }
}

function stringOf(number: string, value: string): Buffer {
  const tag = stringTags.get(number) ?? tags.utf8
  return encode(tag, Buffer.from(value, 'utf8'))
}

function escaped(value: string): string {
  const inner = value.replace(/[\\",+;<>]/g, '\\$&').replaceAll('\0', '\\00')
  return inner.replace(/^[# ]/, '\\$&').replace(/(?<=[^\\]) $/, '\\ ')
}

function unescaped(value: string, failed: () => SaltError): string {
  if (value.startsWith('#')) {
    if (!/^#(?:[0-9a-f]{2})+$/i.test(value)) throw failed()
    return textOf(decode(Buffer.from(value.slice(1), 'hex')))
  }
  const bytes: Buffer[] = []
  for (let at = 0; at < value.length; at++) {
    const hex = /^\\([0-9a-f]{2})/i.exec(value.slice(at, at + 3))
    if (hex !== null) {
      bytes.push(Buffer.from(hex[1] ?? '', 'hex'))
      at += 2
      continue
    }
    if (value[at] === '\\') at++
    const point = value.codePointAt(at) ?? 0
    bytes.push(Buffer.from(String.fromCodePoint(point)))
    if (point > 0xffff) at++
  }
  return Buffer.concat(bytes).toString('utf8')
}
