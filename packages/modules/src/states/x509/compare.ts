// SPDX-License-Identifier: Apache-2.0
import { type Certificate, isCertificateSignedBy } from '../../execution/x509/certificate.ts'
import type { Extension } from '../../execution/x509/extension.ts'
import { shownExtension } from '../../execution/x509/extension-names.ts'
import { numberHex } from '../../execution/x509/extension-text.ts'
import { samePublicKey } from '../../execution/x509/keys.ts'
import { nameText, sameName } from '../../execution/x509/names.ts'
import type { PlannedCertificate } from '../../execution/x509/plans.ts'
import type { Revoked } from '../../execution/x509/revocation-list.ts'
import { digestName, digestOf } from '../../execution/x509/signature.ts'

type Changes = Record<string, unknown>

/** How a certificate differs from what is planned; dates count as far as `days_remaining` says, elsewhere. */
export function certificateChanges(
  current: Certificate,
  { plan, signingCertificate }: PlannedCertificate,
  serialNumber: unknown,
): Changes {
  const isOtherSerial = serialNumber !== undefined && plan.serial !== current.serial
  const isOtherSigner =
    signingCertificate !== undefined && !isCertificateSignedBy(current, signingCertificate.publicKey)
  return {
    ...(isOtherSerial && { serial_number: serialNumber }),
    ...(!samePublicKey(plan.publicKey, current.publicKey) && { private_key: true }),
    ...(isOtherSigner && { signing_private_key: true }),
    ...(!sameName(plan.subject, current.subject) && { subject_name: nameText(plan.subject) }),
    ...(!sameName(plan.issuer, current.issuer) && { issuer_name: nameText(plan.issuer) }),
    ...extensionChanges(current.extensions, plan.extensions),
  }
}

/** Which extensions are to be added, changed or removed; nothing when all are as planned. */
export function extensionChanges(
  current: readonly Extension[],
  planned: readonly Extension[],
): { readonly extensions?: ListChanges } {
  const added: string[] = []
  const changed: string[] = []
  for (const one of planned) {
    const there = current.find(({ oid }) => oid === one.oid)
    if (there === undefined) added.push(shownExtension(one.oid))
    else if (!isSame(there, one)) changed.push(shownExtension(one.oid))
  }
  const removed = current
    .filter(({ oid }) => !planned.some((one) => one.oid === oid))
    .map(({ oid }) => shownExtension(oid))
  return added.length + changed.length + removed.length === 0
    ? {}
    : { extensions: { added, changed, removed } }
}

/** What is added, changed and removed of a list. */
export interface ListChanges {
  readonly added: readonly string[]
  readonly changed: readonly string[]
  readonly removed: readonly string[]
}

/** Which certificates are to be added to a list or removed from it, or have other extensions. */
export function revocationChanges(
  current: readonly Revoked[],
  planned: readonly Revoked[],
): { readonly revocations?: ListChanges } {
  const bySerial = (list: readonly Revoked[], serial: bigint) => list.find((one) => one.serial === serial)
  const added = planned.filter(({ serial }) => bySerial(current, serial) === undefined)
  const removed = current.filter(({ serial }) => bySerial(planned, serial) === undefined)
  const changed = planned.filter((one) => {
    const there = bySerial(current, one.serial)
    return there !== undefined && extensionChanges(there.extensions, one.extensions).extensions !== undefined
  })
  if (added.length + removed.length + changed.length === 0) return {}
  const texts = (list: readonly Revoked[]) => list.map(({ serial }) => numberHex(serial))
  return { revocations: { added: texts(added), changed: texts(changed), removed: texts(removed) } }
}

/** Whether something is signed by another digest than the one asked for; keys of Edwards curves have none. */
export function hasOtherDigest(current: Pick<Certificate, 'algorithm'>, digest: string): boolean {
  const signedBy = digestOf(current.algorithm)
  return signedBy !== undefined && signedBy !== digestName(digest)
}

/** Whether two lists of certificates are the same. */
export function sameChain(one: readonly Certificate[], other: readonly Certificate[]): boolean {
  return (
    one.length === other.length &&
    one.every(({ der }, index) => {
      const there = other[index]
      return there !== undefined && der.equals(there.der)
    })
  )
}

function isSame(one: Extension, other: Extension): boolean {
  return one.critical === other.critical && one.value.equals(other.value)
}
