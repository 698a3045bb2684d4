// SPDX-License-Identifier: Apache-2.0
import {
  children,
  decode,
  hasBit,
  integerOf,
  type Node,
  oidOf,
  sequenceOf,
  tags,
  textOf,
  timeOf,
} from './der.ts'
import type { Extension } from './extension.ts'
import {
  accessMethods,
  entryExtensionOids,
  extensionRows,
  keyPurposes,
  keyUsages,
  reasonCodes,
  reasonFlags,
  tlsFeatures,
} from './extension-names.ts'
import { generalNameText, generalNameTexts } from './general-names.ts'
import { decodeRelativeName, relativeNameText } from './names.ts'
import { qualifiers } from './policies.ts'
import { timeText } from './times.ts'

/** Those that Salt shows by name. */
const namedPurposes = Object.fromEntries(Object.entries(keyPurposes).slice(0, 8))

type Shown = Readonly<Record<string, unknown>>
type Show = (node: Node) => Shown

/** What extensions say, by Salt's names and in Salt's shapes. */
export function shownExtensions(extensions: readonly Extension[]): Record<string, unknown> {
  return shown(
    extensions,
    Object.entries(extensionRows).map(([name, { oid }]) => [name, oid] as const),
  )
}

/** The same of a revoked certificate. */
export function shownEntryExtensions(extensions: readonly Extension[]): Record<string, unknown> {
  return shown(extensions, Object.entries(entryExtensionOids))
}

/** Bytes in pairs of hexadecimal digits. */
export function prettyHex(bytes: Uint8Array | string): string {
  const hex = typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('hex')
  return ((hex.length % 2 === 0 ? hex : `0${hex}`).match(/../g) ?? []).join(':').toUpperCase()
}

/** A number in pairs of hexadecimal digits. */
export function numberHex(value: bigint): string {
  return value < 0n ? `-${prettyHex((-value).toString(16))}` : prettyHex(value.toString(16))
}

function shown(extensions: readonly Extension[], names: readonly (readonly [string, string])[]) {
  const found = names.flatMap(([name, number]) => {
    const extension = extensions.find(({ oid }) => oid === number)
    if (extension === undefined) return []
    const show = shows[name] ?? unknown
    return [[name, { critical: extension.critical, ...show(decode(extension.value)) }] as const]
  })
  return Object.fromEntries(found)
}

const shows: Readonly<Record<string, Show>> = {
  basicConstraints: (node) => {
    const [first, second] = sequenceOf(node)
    const ca = first?.tag === tags.boolean && first.content[0] !== 0
    const length = first?.tag === tags.integer ? first : second
    return { ca, pathlen: length === undefined ? null : Number(integerOf(length)) }
  },
  keyUsage: (node) => {
    const usages = keyUsages.map((usage, bit) => [usage, hasBit(node, bit)] as const)
    return Object.fromEntries([...usages].sort(([one], [other]) => (one < other ? -1 : 1)))
  },
  extendedKeyUsage: (node) => ({ value: sequenceOf(node).map((one) => nameOf(namedPurposes, oidOf(one))) }),
  subjectKeyIdentifier: ({ content }) => ({ value: prettyHex(content) }),
  authorityKeyIdentifier: (node) => {
    const [key, issuer, serial] = [0, 1, 2].map((number) => contextOf(node, number))
    return {
      keyid: key === undefined ? null : prettyHex(key.content),
      issuer: issuer === undefined ? null : generalNameTexts(issuer),
      issuer_sn: serial === undefined ? null : numberHex(integerOf(serial)),
    }
  },
  issuerAltName: names,
  certificateIssuer: names,
  subjectAltName: names,
  authorityInfoAccess: (node) => ({
    value: sequenceOf(node).map((one) => {
      const [method, location] = sequenceOf(one)
      return {
        [nameOf(accessMethods, oidOf(method))]:
          location === undefined ? '' : generalNameText(location).replace(/^\w+:/, ''),
      }
    }),
  }),
  crlDistributionPoints: points,
  freshestCRL: points,
  issuingDistributionPoint: (node) => ({
    fullname: fullName(contextOf(node, 0)),
    onysomereasons: reasonsOf(contextOf(node, 3)),
    relativename: relativePart(contextOf(node, 0)),
    onlyuser: flag(node, 1),
    onlyCA: flag(node, 2),
    onlyAA: flag(node, 5),
    indirectCRL: flag(node, 4),
  }),
  certificatePolicies: (node) => ({ value: sequenceOf(node).map(policy) }),
  policyConstraints: (node) => ({
    inhibitPolicyMapping: number(contextOf(node, 1)),
    requireExplicitPolicy: number(contextOf(node, 0)),
  }),
  inhibitAnyPolicy: (node) => ({ value: number(node) }),
  nameConstraints: (node) => ({
    excluded: subtrees(contextOf(node, 1)),
    permitted: subtrees(contextOf(node, 0)),
  }),
  noCheck: () => ({ value: true }),
  tlsfeature: (node) => ({ value: sequenceOf(node).map((one) => tlsName(Number(integerOf(one)))) }),
  cRLNumber: (node) => ({ value: number(node) }),
  deltaCRLIndicator: (node) => ({ value: number(node) }),
  CRLReason: (node) => ({ value: reasonName(Number(integerOf(node))) }),
  invalidityDate: (node) => ({ value: timeText(timeOf(node)) }),
}

function unknown({ raw }: Node): Shown {
  return { value: raw.toString('hex') }
}

function names(node: Node): Shown {
  return { value: generalNameTexts(node) }
}

function points(node: Node): Shown {
  return {
    value: sequenceOf(node).map((one) => ({
      crlissuer: generalNameTexts(contextOf(one, 2)),
      fullname: fullName(contextOf(one, 0)),
      reasons: reasonsOf(contextOf(one, 1)),
      relativename: relativePart(contextOf(one, 0)),
    })),
  }
}

/** A place is a list of names, or a part of the issuer's name. */
function fullName(place: Node | undefined): readonly string[] {
  const inner = place && children(place)[0]
  return inner === undefined || (inner.tag & 0x1f) === 1 ? [] : generalNameTexts(inner)
}

function relativePart(place: Node | undefined): string | null {
  const inner = place && children(place)[0]
  if (inner === undefined || (inner.tag & 0x1f) !== 1) return null
  return relativeNameText(decodeRelativeName(inner))
}

function reasonsOf(node: Node | undefined): readonly string[] {
  if (node === undefined) return []
  return reasonFlags.filter((_, bit) => bit > 0 && hasBit(node, bit)).sort()
}

function policy(node: Node): Shown {
  const [number, list] = sequenceOf(node)
  const given = list === undefined ? [] : sequenceOf(list)
  return {
    [oidOf(number)]: given.map((one) => {
      const [kind, value] = sequenceOf(one)
      if (value === undefined) return {}
      return oidOf(kind) === qualifiers.practice ? { practice_statement: textOf(value) } : notice(value)
    }),
  }
}

/** `organizataion` is what Salt calls it. */
function notice(node: Node): Shown {
  const parts = sequenceOf(node)
  const reference = parts.find(({ tag }) => tag === tags.sequence)
  const text = parts.find(({ tag }) => tag !== tags.sequence)
  const [organization, numbers] = reference === undefined ? [] : sequenceOf(reference)
  return {
    organizataion: organization === undefined ? null : textOf(organization),
    notice_numbers: numbers === undefined ? null : sequenceOf(numbers).map((one) => Number(integerOf(one))),
    explicit_text: text === undefined ? null : textOf(text),
  }
}

function subtrees(node: Node | undefined): readonly string[] {
  if (node === undefined) return []
  return children(node).flatMap((tree) => {
    const [base] = sequenceOf(tree)
    return base === undefined ? [] : [generalNameText(base)]
  })
}

function contextOf(node: Node, wanted: number): Node | undefined {
  return children(node).find(({ tag }) => (tag & 0x80) !== 0 && (tag & 0x1f) === wanted)
}

function flag(node: Node, wanted: number): boolean {
  const found = contextOf(node, wanted)
  return found !== undefined && found.content[0] !== 0
}

function number(node: Node | undefined): number | bigint | null {
  if (node === undefined) return null
  const value = integerOf(node)
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value
}

function nameOf(table: Readonly<Record<string, string>>, number: string): string {
  return Object.entries(table).find(([, oid]) => oid === number)?.[0] ?? number
}

function tlsName(number: number): string {
  return Object.entries(tlsFeatures).find(([, value]) => value === number)?.[0] ?? String(number)
}

function reasonName(code: number): string {
  return Object.entries(reasonCodes).find(([, value]) => value === code)?.[0] ?? String(code)
}
