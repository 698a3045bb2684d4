// SPDX-License-Identifier: Apache-2.0
import type { KeyObject } from 'node:crypto'
import { isTruthy, pythonStr, SaltError } from '@halite/core'
import type { Certificate } from './certificate.ts'
import {
  boolean,
  contextTag,
  decode,
  encode,
  expect,
  generalizedTime,
  integer,
  namedBits,
  oid,
  sequence,
  sequenceOf,
  tags,
} from './der.ts'
import { createDistributionPoints, createIssuingPoint } from './distribution-points.ts'
import type { Extension } from './extension.ts'
import {
  accessMethods,
  entryExtensionOids,
  extensionRows,
  keyPurposes,
  keyUsages,
  reasonCodes,
  tlsFeatures,
} from './extension-names.ts'
import { dottedNumber, encodeGeneralNames, generalNameOf, pairsOfText } from './general-names.ts'
import { keyIdentifier } from './keys.ts'
import { createPolicies } from './policies.ts'
import { readTime } from './times.ts'
import {
  isPlain,
  listedPairs,
  listOf,
  mapOfWritten,
  namesOfWritten,
  type Plain,
  readWritten,
  saysCritical,
  wholeNumber,
} from './written-values.ts'

/** What the value of an extension can follow from. */
export interface ExtensionSources {
  readonly subjectKey?: KeyObject
  readonly issuer?: Certificate | undefined
  /** The key that signs, where there is no certificate of it yet. */
  readonly issuerKey?: KeyObject | undefined
}

type Made = Omit<Extension, 'oid'>
type Create = (value: unknown, sources: ExtensionSources) => Made

/** Makes an extension of what an argument says. Throws for a name that does not exist, or a value that is wrong for it. */
export function createExtension(name: string, value: unknown, sources: ExtensionSources): Extension {
  const number = extensionRows[name]?.oid ?? entryExtensionOids[name]
  const create = creators[name]
  if (number === undefined || create === undefined)
    throw new SaltError('COMMAND_FAILED', `Unknown extension ${name}`)
  return { oid: number, ...create(value, sources) }
}

const creators: Readonly<Record<string, Create>> = {
  basicConstraints: createBasicConstraints,
  keyUsage: (value) => ({
    critical: saysCritical(value),
    value: namedBits(keyUsages.map((usage) => saysUsage(value, usage))),
  }),
  extendedKeyUsage: createExtendedKeyUsage,
  subjectKeyIdentifier: createSubjectKeyIdentifier,
  authorityKeyIdentifier: createAuthorityKeyIdentifier,
  issuerAltName: createIssuerNames,
  certificateIssuer: createIssuerNames,
  authorityInfoAccess: createInfoAccess,
  subjectAltName: (value) => {
    const { critical, pairs } = namesOfWritten(value)
    return { critical, value: sequence(...encodeGeneralNames(pairs)) }
  },
  crlDistributionPoints: (value) => createDistributionPoints(value),
  freshestCRL: (value) => ({ ...createDistributionPoints(value), critical: false }),
  issuingDistributionPoint: (value) => createIssuingPoint(value),
  certificatePolicies: (value) => createPolicies(value),
  policyConstraints: createPolicyConstraints,
  inhibitAnyPolicy: createInhibitAnyPolicy,
  nameConstraints: createNameConstraints,
  noCheck: (value) => ({ critical: pythonStr(value).includes('critical'), value: encode(tags.null) }),
  tlsfeature: createTlsFeature,
  nsComment: () => notImplemented('nsComment'),
  nsCertType: () => notImplemented('nsCertType'),
  cRLNumber: (value) => {
    if (!/^-?\d+$/.test(pythonStr(value).trim()))
      throw invalid('cRLNumber must be an integer and must be marked as non-critical')
    return { critical: false, value: integer(BigInt(pythonStr(value).trim())) }
  },
  deltaCRLIndicator: (value) => {
    const numbers = pythonStr(value).match(/\d+/g) ?? []
    if (numbers.length !== 1 || numbers[0] === undefined)
      throw invalid('deltaCRLIndicator must contain a single integer pointing to a cRLNumber')
    return { critical: pythonStr(value).includes('critical'), value: integer(BigInt(numbers[0])) }
  },
  CRLReason: createReason,
  invalidityDate: (value) => {
    if (typeof value !== 'string') throw invalid('invalidityDate must be a string')
    const critical = value.startsWith('critical')
    const text = critical ? value.replace(/^\S+\s/, '') : value
    return { critical, value: generalizedTime(readTime(text)) }
  },
}

function createBasicConstraints(value: unknown): Made {
  const isText = typeof value === 'string'
  const { critical, map } = mapOfWritten(isText ? value.toLowerCase() : value)
  if (!('ca' in map))
    throw invalid(
      isText
        ? "Invalid configuration for basicContraints: 'ca'"
        : "Undefined required key for basicConstraints: 'ca'",
    )
  const ca = isText ? map['ca'] === 'true' : isTruthy(map['ca'])
  const length = map['pathlen'] ?? null
  if (length !== null && !ca) throw invalid('path_length must be None when ca is False')
  const isCritical = isText ? critical : isTruthy(map['critical'] ?? false)
  return {
    critical: isCritical,
    value: sequence(
      ...(ca ? [boolean(true)] : []),
      ...(length === null ? [] : [integer(wholeNumber(length, 'pathlen'))]),
    ),
  }
}

function saysUsage(value: unknown, usage: string): boolean {
  if (typeof value === 'string' || Array.isArray(value)) return value.includes(usage)
  return isPlain(value) && usage in value
}

function createExtendedKeyUsage(value: unknown): Made {
  const written = typeof value === 'string' ? readWritten(value) : undefined
  const usages = written?.pairs.map(([usage]) => usage) ?? listOf(value).map(pythonStr)
  const numbers = usages
    .filter((usage) => usage !== 'critical')
    .map((usage) => oid(keyPurposes[usage] ?? dottedNumber(usage)))
  return { critical: written?.critical ?? saysCritical(value), value: sequence(...numbers) }
}

function createSubjectKeyIdentifier(value: unknown, { subjectKey }: ExtensionSources): Made {
  if (saysCritical(value)) throw invalid('subjectKeyIdentifier must be marked as non-critical')
  const made = (digest: Buffer) => ({ critical: false, value: encode(tags.octetString, digest) })
  if (value === 'hash') {
    if (subjectKey === undefined)
      throw invalid('Cannot calculate digest for subjectKeyIdentifier: missing pubkey')
    return made(keyIdentifier(subjectKey))
  }
  if (value instanceof Uint8Array) return made(Buffer.from(value))
  if (typeof value !== 'string') throw invalid('Value must be a (hex-)digest or pubkey')
  const hex = value.replaceAll(':', '')
  if (!/^(?:[0-9a-f]{2})+$/i.test(hex)) throw invalid('Value must be precomputed hash')
  return made(Buffer.from(hex, 'hex'))
}

function createAuthorityKeyIdentifier(value: unknown, { issuer, issuerKey }: ExtensionSources): Made {
  if (saysCritical(value)) throw invalid('authorityKeyIdentifier must be marked as non-critical')
  if (issuer === undefined && issuerKey === undefined)
    throw invalid('Need CA certificate or CA pubkey to calculate authorityKeyIdentifier')
  const { map } = mapOfWritten(value)
  const key = 'keyid' in map ? identifierOf({ issuer, issuerKey }) : undefined
  const asksIssuer = map['issuer'] === 'always' || ('issuer' in map && key === undefined)
  if (map['issuer'] === 'always' && issuer === undefined)
    throw failed(
      'Could not add authority_cert_issuer and authority_cert_serial_number, but was set to always.',
    )
  const named =
    asksIssuer && issuer !== undefined
      ? [
          encode(contextTag(1, true), encode(contextTag(4, true), issuer.issuerDer)),
          integer(issuer.serial, contextTag(2, false)),
        ]
      : []
  const identifier = key === undefined ? [] : [encode(contextTag(0, false), key)]
  return { critical: false, value: sequence(...identifier, ...named) }
}

/** The identifier of the key that signs, as its certificate says, or as it follows from the key. */
function identifierOf({ issuer, issuerKey }: ExtensionSources): Buffer | undefined {
  const stated = issuer?.extensions.find(
    ({ oid: number }) => number === extensionRows['subjectKeyIdentifier']?.oid,
  )
  if (stated !== undefined) return expect(decode(stated.value), tags.octetString).content
  const key = issuer?.publicKey ?? issuerKey
  return key && keyIdentifier(key)
}

function createIssuerNames(value: unknown, { issuer }: ExtensionSources): Made {
  const { critical, pairs } = namesOfWritten(value)
  const copies = pairs.some(([kind, name]) => kind === 'issuer' && name === 'copy')
  const copied = copies ? alternativeNames(issuer) : []
  const own = pairs.filter(([kind]) => !copies || kind !== 'issuer')
  return { critical, value: sequence(...copied, ...encodeGeneralNames(own)) }
}

function alternativeNames(issuer: Certificate | undefined): readonly Buffer[] {
  if (issuer === undefined) throw invalid('Need CA certificate to copy to issuerAltName')
  const found = issuer.extensions.find(({ oid: number }) => number === extensionRows['subjectAltName']?.oid)
  if (found === undefined) throw failed('The certificate of the issuer has no subjectAltName to copy')
  return sequenceOf(decode(found.value)).map(({ raw }) => raw)
}

function createInfoAccess(value: unknown): Made {
  const pairs =
    typeof value === 'string'
      ? value
          .split(',')
          .map((item) => item.trim())
          .filter((item) => item !== 'critical')
          .map((item) => item.split(';'))
      : listOf(value).flatMap((item) =>
          isPlain(item) ? Object.entries(item).filter(([key]) => key !== 'critical') : [],
        )
  const descriptions = pairs.map(([method, location]) => {
    const name = pythonStr(method)
    const number = accessMethods[name] ?? name
    if (!/^[012][0-9.]*$/.test(number)) throw failed(`Unknown access OID: ${name}`)
    return sequence(oid(number), generalNameOf(location))
  })
  return { critical: false, value: sequence(...descriptions) }
}

function createPolicyConstraints(value: unknown): Made {
  const { critical, map } = mapOfWritten(value)
  const parts = ['requireExplicitPolicy', 'inhibitPolicyMapping'].flatMap((name, index) =>
    name in map ? [integer(wholeNumber(map[name], name), contextTag(index, false))] : [],
  )
  if (parts.length === 0)
    throw invalid('At least one of require_explicit_policy and inhibit_policy_mapping must not be None')
  return { critical, value: sequence(...parts) }
}

function createInhibitAnyPolicy(value: unknown): Made {
  if (typeof value === 'string') {
    const { critical, pairs } = readWritten(value)
    return { critical, value: integer(wholeNumber(pairs[0]?.[0], 'inhibitAnyPolicy')) }
  }
  if (!isPlain(value)) return { critical: false, value: integer(wholeNumber(value, 'inhibitAnyPolicy')) }
  if (!('value' in value)) throw invalid("Undefined required key for inhibitAnyPolicy: 'value'")
  return { critical: saysCritical(value), value: integer(wholeNumber(value['value'], 'inhibitAnyPolicy')) }
}

function createNameConstraints(value: unknown): Made {
  const scopes = ['permitted', 'excluded']
  const pairsOf = (scope: string) => {
    if (typeof value === 'string') {
      const items = value.split(',').map((item) => item.trim().split(';'))
      return pairsOfText(items.filter(([name]) => name === scope).map(([, pair]) => pair))
    }
    const listed = isPlain(value) ? (value as Plain)[scope] : undefined
    return listed === undefined || listed === null ? [] : listedPairs(listOf(listed))
  }
  const parts = scopes.flatMap((scope, index) => {
    const names = encodeGeneralNames(pairsOf(scope))
    if (names.length === 0) return []
    return [encode(contextTag(index, true), ...names.map((name) => sequence(name)))]
  })
  if (parts.length === 0) throw invalid('nameConstraints needs at least one definition')
  return { critical: saysCritical(value), value: sequence(...parts) }
}

function createTlsFeature(value: unknown): Made {
  const words =
    typeof value === 'string' ? value.split(',').map((word) => word.trim()) : listOf(value).map(pythonStr)
  const numbers = words
    .filter((word) => word !== 'critical')
    .map((word) => {
      const number = tlsFeatures[word]
      if (number === undefined)
        throw invalid(`${word} is no TLS feature; there are ${Object.keys(tlsFeatures).join(', ')}`)
      return integer(number)
    })
  return { critical: words.includes('critical'), value: sequence(...numbers) }
}

function createReason(value: unknown): Made {
  const written = typeof value === 'string' ? readWritten(value) : undefined
  const words = written?.pairs.map(([word]) => word) ?? listOf(value).map(pythonStr)
  const word = words.find((one) => one !== 'critical') ?? ''
  const code = reasonCodes[word]
  if (code === undefined) throw invalid(`'${word}' is not a valid ReasonFlags`)
  return { critical: written?.critical ?? saysCritical(value), value: integer(code, tags.enumerated) }
}

function notImplemented(name: string): never {
  throw invalid(`${name} is currently not implemented.`)
}

function invalid(message: string): SaltError {
  return new SaltError('ARGUMENTS_INVALID', message)
}

function failed(message: string): SaltError {
  return new SaltError('COMMAND_FAILED', message)
}
