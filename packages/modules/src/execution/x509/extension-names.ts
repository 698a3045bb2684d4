// SPDX-License-Identifier: Apache-2.0

interface ExtensionRow {
  readonly oid: string
  /** Salt's old names. */
  readonly long: readonly string[]
  /** As the changes of states call it; default its name. */
  readonly shown?: string
  /** Where it may stand, beside certificates and requests: `certificate`; or only in lists of revoked certificates. */
  readonly of: readonly ('certificate' | 'crl')[]
  /** A request may not ask for it. */
  readonly ofIssuer?: true
}

const certificate: ExtensionRow['of'] = ['certificate']
const crl: ExtensionRow['of'] = ['crl']
const both: ExtensionRow['of'] = ['certificate', 'crl']
const v3 = (name: string) => [`X509v3 ${name}`]

/** Extensions by Salt's names, in the order in which they are written. */
export const extensionRows: Readonly<Record<string, ExtensionRow>> = {
  basicConstraints: { oid: '2.5.29.19', long: v3('Basic Constraints'), of: certificate },
  keyUsage: { oid: '2.5.29.15', long: v3('Key Usage'), of: certificate },
  extendedKeyUsage: { oid: '2.5.29.37', long: v3('Extended Key Usage'), of: certificate },
  subjectKeyIdentifier: { oid: '2.5.29.14', long: v3('Subject Key Identifier'), of: certificate },
  authorityKeyIdentifier: {
    oid: '2.5.29.35',
    long: v3('Authority Key Identifier'),
    of: both,
    ofIssuer: true,
  },
  issuerAltName: {
    oid: '2.5.29.18',
    long: ['X509v3 Issuer Alternative Name', 'issuserAltName'],
    of: both,
    ofIssuer: true,
  },
  authorityInfoAccess: {
    oid: '1.3.6.1.5.5.7.1.1',
    long: ['Authority Information Access'],
    of: both,
    ofIssuer: true,
  },
  subjectAltName: { oid: '2.5.29.17', long: v3('Subject Alternative Name'), of: certificate },
  crlDistributionPoints: {
    oid: '2.5.29.31',
    long: v3('CRL Distribution Points'),
    shown: 'cRLDistributionPoints',
    of: certificate,
    ofIssuer: true,
  },
  issuingDistributionPoint: { oid: '2.5.29.28', long: v3('Issuing Distribution Point'), of: crl },
  certificatePolicies: { oid: '2.5.29.32', long: v3('Certificate Policies'), of: certificate },
  policyConstraints: { oid: '2.5.29.36', long: v3('Policy Constraints'), of: certificate },
  inhibitAnyPolicy: { oid: '2.5.29.54', long: v3('Inhibit Any Policy'), of: certificate },
  nameConstraints: { oid: '2.5.29.30', long: v3('Name Constraints'), of: certificate },
  noCheck: {
    oid: '1.3.6.1.5.5.7.48.1.5',
    long: ['OCSP No Check'],
    shown: 'OCSPNoCheck',
    of: certificate,
  },
  tlsfeature: { oid: '1.3.6.1.5.5.7.1.24', long: ['TLS Feature'], shown: 'TLSFeature', of: certificate },
  nsComment: { oid: '2.16.840.1.113730.1.13', long: ['Netscape Comment'], of: certificate },
  nsCertType: { oid: '2.16.840.1.113730.1.1', long: ['Netscape Certificate Type'], of: certificate },
  cRLNumber: { oid: '2.5.29.20', long: v3('CRLNumber'), of: crl },
  deltaCRLIndicator: { oid: '2.5.29.27', long: v3('Delta CRL Indicator'), of: crl },
  freshestCRL: { oid: '2.5.29.46', long: ['x509v3 Freshest CRL'], of: crl },
}

/** Extensions of a revoked certificate. */
export const entryExtensionOids: Readonly<Record<string, string>> = {
  certificateIssuer: '2.5.29.29',
  CRLReason: '2.5.29.21',
  invalidityDate: '2.5.29.24',
}

/** Old names of extensions, by the name. */
export const longExtensionNames: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  Object.entries(extensionRows).map(([name, { long }]) => [name, long]),
)

/** The name that changes of states show for an extension. */
export function shownExtension(number: string): string {
  const found = Object.entries(extensionRows).find(([, row]) => row.oid === number)
  return found === undefined ? number : (found[1].shown ?? found[0])
}

/** Purposes of keys, by name. */
export const keyPurposes: Readonly<Record<string, string>> = {
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
  codeSigning: '1.3.6.1.5.5.7.3.3',
  emailProtection: '1.3.6.1.5.5.7.3.4',
  timeStamping: '1.3.6.1.5.5.7.3.8',
  OCSPSigning: '1.3.6.1.5.5.7.3.9',
  msSmartcardLogin: '1.3.6.1.4.1.311.20.2.2',
  pkInitKDC: '1.3.6.1.5.2.3.5',
  ipsecIKE: '1.3.6.1.5.5.7.3.17',
  msCodeInd: '1.3.6.1.4.1.311.2.1.21',
  msCodeCom: '1.3.6.1.4.1.311.2.1.22',
  msCTLSign: '1.3.6.1.4.1.311.10.3.1',
  msEFS: '1.3.6.1.4.1.311.10.3.4',
}

/** Ways to ask about a certificate, by name. */
export const accessMethods: Readonly<Record<string, string>> = {
  OCSP: '1.3.6.1.5.5.7.48.1',
  caIssuers: '1.3.6.1.5.5.7.48.2',
  caRepository: '1.3.6.1.5.5.7.48.5',
}

/** What a key may be used for, in the order of the bits. */
export const keyUsages: readonly string[] = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
]

/** Reasons of a distribution point, in the order of the bits; the first has no bit of its own. */
export const reasonFlags: readonly string[] = [
  'unspecified',
  'keyCompromise',
  'cACompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'certificateHold',
  'privilegeWithdrawn',
  'aACompromise',
]

/** Reasons of a revocation, by name. */
export const reasonCodes: Readonly<Record<string, number>> = {
  unspecified: 0,
  keyCompromise: 1,
  cACompromise: 2,
  affiliationChanged: 3,
  superseded: 4,
  cessationOfOperation: 5,
  certificateHold: 6,
  removeFromCRL: 8,
  privilegeWithdrawn: 9,
  aACompromise: 10,
}

/** Features of TLS, by name. */
export const tlsFeatures: Readonly<Record<string, number>> = { status_request: 5, status_request_v2: 17 }
