// SPDX-License-Identifier: Apache-2.0
import { pythonStr, SaltError } from '@halite/core'
import type { Certificate } from './certificate.ts'
import {
  createBasicConstraints,
  createInhibitAnyPolicy,
  createNameConstraints,
  createPolicyConstraints,
} from './constraints.ts'
import type { Create, ExtensionSources, Made } from './created-extension.ts'
import {
  decode,
  encode,
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
import { failed, invalid } from './extension-errors.ts'
import {
  accessMethods,
  entryExtensionOids,
  extensionRows,
  keyPurposes,
  keyUsages,
  reasonCodes,
  tlsFeatures,
} from './extension-names.ts'
import { dottedNumber, encodeGeneralNames, generalNameOf } from './general-names.ts'
import { createAuthorityKeyIdentifier, createSubjectKeyIdentifier } from './key-identifiers.ts'
import { createPolicies } from './policies.ts'
import { readTime } from './times.ts'
import { isPlain, listOf, namesOfWritten, readWritten, saysCritical } from './written-values.ts'

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
