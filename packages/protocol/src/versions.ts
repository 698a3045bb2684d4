// SPDX-License-Identifier: Apache-2.0
import { SaltError } from '@halite/core'
import { minimumWireVersion, wireVersion } from './frame.ts'

/** The versions a peer offers in its hello. */
export interface VersionOffer {
  readonly minVersion: number
  readonly maxVersion: number
}

/** Passes an offer that has a version in common with this side. Throws `VERSION_REFUSED`, naming `peer`. */
export function checkOffer(peer: string, { minVersion, maxVersion }: VersionOffer): void {
  const common = Math.min(maxVersion, wireVersion) >= Math.max(minVersion, minimumWireVersion)
  if (common && minVersion <= maxVersion) return
  throw refused(`${peer} speaks protocol ${minVersion} to ${maxVersion}`)
}

/** Passes the version a master chose when this side offered it. Throws `VERSION_REFUSED`. */
export function checkChoice(version: number): void {
  if (version >= minimumWireVersion && version <= wireVersion) return
  throw refused(`the master chose protocol ${version}`)
}

function refused(what: string): SaltError {
  return new SaltError('VERSION_REFUSED', what, {
    hint: `This side speaks ${minimumWireVersion} to ${wireVersion}: upgrade the older one.`,
  })
}
