// SPDX-License-Identifier: Apache-2.0
import { isIP } from 'node:net'
import { domainToASCII } from 'node:url'
import { isMap, pythonStr, pythonTypeName, SaltError } from '@halite/core'
import { children, contextTag, decode, encode, type Node, oid, oidOf } from './der.ts'
import { decodeName, encodeName, nameText, readName } from './names.ts'

/** A name of a host, a person or a place: the kind that Salt calls it by, and its value. */
export type NamePair = readonly [kind: string, value: unknown]

/** General names as DER, one after the other. Throws for a kind that does not exist or a value that is not of it. */
export function encodeGeneralNames(pairs: readonly NamePair[]): readonly Buffer[] {
  return pairs.map(([kind, value]) => encodeGeneralName(kind.toLowerCase(), value))
}

/** One general name, written `KIND:VALUE`. */
export function generalNameOf(text: unknown): Buffer {
  const [pair] = pairsOfText([text])
  if (pair === undefined) throw new SaltError('ARGUMENTS_INVALID', `${pythonStr(text)} is not KIND:VALUE`)
  return encodeGeneralName(pair[0].toLowerCase(), pair[1])
}

/** The pairs of texts `KIND:VALUE`. */
export function pairsOfText(texts: readonly unknown[]): readonly NamePair[] {
  return texts.map((text) => {
    const [, kind = '', value] = /^([^:]*):(.*)$/s.exec(pythonStr(text)) ?? []
    if (value === undefined)
      throw new SaltError(
        'ARGUMENTS_INVALID',
        `${pythonStr(text)} is not KIND:VALUE, such as DNS:example.org`,
      )
    return [kind.trim(), value.trim()]
  })
}

/** A general name as text, such as `DNS:example.org`. */
export function generalNameText(node: Node): string {
  const text = node.content.toString('latin1')
  switch (node.tag & 0x1f) {
    case 1:
      return `mail:${text}`
    case 2:
      return `DNS:${text}`
    case 4:
      return `dirName:${nameText(decodeName(decode(node.content)))}`
    case 6:
      return `URI:${text}`
    case 7:
      return `IP:${addressText(node.content)}`
    case 8:
      return `RID:${oidOf({ ...node, tag: 0x06 })}`
    default:
      return `otherName:${node.content.toString('hex')}`
  }
}

/** The texts of the general names that a value holds. */
export function generalNameTexts(node: Node | undefined): readonly string[] {
  return node === undefined ? [] : children(node).map(generalNameText)
}

function encodeGeneralName(kind: string, value: unknown): Buffer {
  switch (kind) {
    case 'email':
      return tagged(1, emailText(textValue(value)))
    case 'dns':
      return tagged(2, asciiDomain(textValue(value), { leadingDot: true, wildcard: true }))
    case 'dirname':
      return encode(contextTag(4, true), encodeName(readName(isMap(value) ? value : textValue(value))))
    case 'uri':
      return tagged(6, uriText(textValue(value)))
    case 'ip':
      return encode(contextTag(7, false), addressBytes(pythonStr(value)))
    case 'rid':
      return encode(contextTag(8, false), decode(oid(dottedNumber(value))).content)
    case 'othername':
      throw new SaltError('ARGUMENTS_INVALID', 'otherName is currently not implemented')
    default:
      throw new SaltError('COMMAND_FAILED', `GeneralName type ${kind} is invalid`)
  }
}

/** The dotted numbers of an object identifier. Throws for anything else. */
export function dottedNumber(value: unknown): string {
  const text = pythonStr(value)
  if (!/^[012]/.test(text) || /[^0-9.]/.test(text))
    throw new SaltError('COMMAND_FAILED', `Invalid oid: ${text}`)
  return text
}

function tagged(number: number, text: string): Buffer {
  if (/\P{ASCII}/u.test(text))
    throw new SaltError('ARGUMENTS_INVALID', `${text} holds characters that are not ASCII`)
  return encode(contextTag(number, false), Buffer.from(text, 'latin1'))
}

function textValue(value: unknown): string {
  if (typeof value === 'string') return value
  throw new SaltError(
    'ARGUMENTS_INVALID',
    `Expected string value, got ${pythonTypeName(value)}: \`${pythonStr(value)}\``,
  )
}

function emailText(text: string): string {
  const at = text.lastIndexOf('@')
  if (at < 0) return asciiDomain(text, { leadingDot: true })
  return `${text.slice(0, at)}@${asciiDomain(text.slice(at + 1))}`
}

function uriText(text: string): string {
  const parts = /^([^:/?#]*:\/\/)([^/?#]*)(.*)$/s.exec(text)
  if (parts === null || parts[2] === '') return text
  const [, scheme, authority = '', rest] = parts
  const [, user = '', host = '', port = ''] = /^(.*@)?(\[.*\]|[^:]*)(:\d*)?$/s.exec(authority) ?? [
    '',
    '',
    authority,
  ]
  return `${scheme}${user}${host.startsWith('[') ? host : asciiDomain(host)}${port}${rest}`
}

interface DomainRules {
  readonly leadingDot?: boolean
  readonly wildcard?: boolean
}

function asciiDomain(text: string, { leadingDot = false, wildcard = false }: DomainRules = {}): string {
  const refuse = (why: string) => new SaltError('COMMAND_FAILED', why)
  const hasDot = text.startsWith('.')
  if (hasDot && !leadingDot) throw refuse('Leading dots are not allowed in this context')
  const bare = hasDot ? text.replace(/^\.+/, '') : text
  const hasWildcard = bare.startsWith('*.')
  if (hasWildcard && !wildcard) throw refuse('Wildcards are not allowed in this context')
  if (hasWildcard && hasDot) throw refuse('Wildcards and leading dots cannot be present together')
  return `${hasDot ? '.' : ''}${hasWildcard ? '*.' : ''}${encodedDomain(hasWildcard ? bare.slice(2) : bare)}`
}

function encodedDomain(domain: string): string {
  const refuse = (why: string) => new SaltError('COMMAND_FAILED', why)
  if (domain === '') throw refuse('Empty domain')
  const ascii = /\P{ASCII}/u.test(domain) ? domainToASCII(domain) : domain
  if (ascii === '') throw refuse(`${domain} is not a domain`)
  const labels = ascii.replace(/\.$/, '').split('.')
  if (labels.includes('')) throw refuse('Empty Label')
  for (const label of labels) {
    const bad = /[^A-Za-z\d-]/.exec(label)
    if (bad !== null) {
      const code = bad[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')
      throw refuse(`Codepoint U+${code} at position ${bad.index + 1} of '${label}' not allowed`)
    }
    if (label.length > 63) throw refuse('Label too long')
  }
  return ascii
}

function addressBytes(text: string): Buffer {
  const [address = '', prefix] = text.split('/')
  const bytes = hostBytes(address)
  if (bytes === undefined || (prefix !== undefined && !/^[\d.]+$/.test(prefix))) throw notAddress(text)
  if (prefix === undefined) return bytes
  const mask = isIP(prefix) === 4 ? hostBytes(prefix) : maskOf(Number(prefix), bytes.length)
  if (mask === undefined || mask.length !== bytes.length) throw notAddress(text)
  if (bytes.some((byte, index) => (byte & ~(mask[index] ?? 0) & 0xff) !== 0)) throw notAddress(text)
  return Buffer.concat([bytes, mask])
}

function notAddress(text: string): SaltError {
  return new SaltError(
    'COMMAND_FAILED',
    `Provided value ${text} does not seem to be an IP address or network range.`,
  )
}

function maskOf(prefix: number, size: number): Buffer | undefined {
  if (!Number.isInteger(prefix) || prefix > size * 8) return undefined
  const bits = ((1n << BigInt(prefix)) - 1n) << BigInt(size * 8 - prefix)
  return Buffer.from(bits.toString(16).padStart(size * 2, '0'), 'hex')
}

function hostBytes(address: string): Buffer | undefined {
  const version = isIP(address)
  if (version === 0 || address.includes('%')) return undefined
  if (version === 4) return Buffer.from(address.split('.').map(Number))
  return Buffer.from(
    groupsOf(address)
      .map((group) => group.padStart(4, '0'))
      .join(''),
    'hex',
  )
}

/** The eight groups of an IPv6 address. */
function groupsOf(address: string): readonly string[] {
  const mapped = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address)
  const hex = (high = '', low = '') => (Number(high) * 256 + Number(low)).toString(16)
  const plain = mapped ? `${mapped[1]}${hex(mapped[2], mapped[3])}:${hex(mapped[4], mapped[5])}` : address
  const [head = '', tail] = plain.split('::')
  const before = head === '' ? [] : head.split(':')
  if (tail === undefined) return before
  const after = tail === '' ? [] : tail.split(':')
  return [...before, ...new Array<string>(8 - before.length - after.length).fill('0'), ...after]
}

function addressText(bytes: Buffer): string {
  const isNetwork = bytes.length === 8 || bytes.length === 32
  const size = isNetwork ? bytes.length / 2 : bytes.length
  const host = bytes.subarray(0, size)
  const text = size === 4 ? [...host].join('.') : (host.toString('hex').match(/.{4}/g) ?? []).join(':')
  if (!isNetwork) return text
  const ones = [...bytes.subarray(size)].reduce(
    (sum, byte) => sum + byte.toString(2).replaceAll('0', '').length,
    0,
  )
  return `${text}/${ones}`
}
